// Draws the page from the API's own document. Text alone is put in, never markup.
'use strict';

function make(tag, text, ...children) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

function resolve(api, value) {
  if (!value || !value.$ref) return value;
  return value.$ref.slice(2).split('/').reduce((at, key) => at[key], api);
}

function table(head, rows) {
  const body = make('tbody', '', ...rows.map(row => make('tr', '', ...row.map(cell => make('td', cell)))));
  return make('table', '', make('thead', '', make('tr', '', ...head.map(cell => make('th', cell)))), body);
}

// A schema with its references put in, as far as it does not come back to itself.
function unfold(api, schema, depth = 0) {
  if (Array.isArray(schema)) return schema.map(item => unfold(api, item, depth + 1));
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema.$ref) return depth > 20 ? schema : unfold(api, resolve(api, schema), depth + 1);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, unfold(api, value, depth + 1)]));
}

function drawParameters(api, shared, operation) {
  const parameters = [...(shared || []), ...(operation.parameters || [])].map(each => resolve(api, each));
  if (!parameters.length) return [];
  const rows = parameters.map(each => [each.name, each.in + (each.required ? ', required' : ''), each.description || '']);
  return [make('h3', 'Parameters'), table(['name', 'in', 'what it says'], rows)];
}

function drawBody(api, operation) {
  const content = resolve(api, operation.requestBody)?.content || {};
  return Object.entries(content).flatMap(([type, { schema }]) => [
    make('h3', `Body: ${type}`), make('pre', JSON.stringify(unfold(api, schema), null, 2)),
  ]);
}

function drawOperation(api, path, method, item) {
  const operation = item[method];
  const name = make('summary', '', make('span', method.toUpperCase()), make('code', path), ' ', operation.summary || '');
  name.firstChild.className = 'method';
  const rights = operation['x-role'] ? `Least role: ${operation['x-role']}. ` : 'Public. ';
  const scope = operation['x-scope'] ? `Scope of an API key: ${operation['x-scope']}.` : '';
  const answers = Object.entries(operation.responses).map(([status, each]) => [status, resolve(api, each).description]);
  return make('details', '', name, make('p', operation.description || ''), make('p', rights + scope),
    ...drawParameters(api, item.parameters, operation), ...drawBody(api, operation),
    make('h3', 'Answers'), table(['status', 'when'], answers));
}

function drawAll(api) {
  const main = document.getElementById('operations');
  document.getElementById('summary').textContent = api.info.description;
  const sections = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of Object.keys(item).filter(key => key !== 'parameters')) {
      const tag = item[method].tags[0];
      if (!sections.has(tag)) sections.set(tag, make('section', '', make('h2', tag)));
      sections.get(tag).append(drawOperation(api, path, method, item));
    }
  }
  main.append(...sections.values());
}

fetch('/api/v1/openapi.json').then(answer => answer.json()).then(drawAll);
