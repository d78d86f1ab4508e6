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

// "string or null", "array of object".
function typeOf(api, schema) {
  const types = [].concat(schema.type || 'any').map(type =>
    type === 'array' && schema.items ? `array of ${typeOf(api, resolve(api, schema.items))}` : type);
  return types.join(' or ');
}

// "1 to 256 characters"; nothing where there is no limit.
function range(schema, least, most, unit) {
  const [low, high] = [schema[least], schema[most]];
  if (low === undefined && high === undefined) return '';
  const words = low === undefined ? `at most ${high}` : high === undefined ? `at least ${low}` : `${low} to ${high}`;
  return words + unit;
}

// What a value has to keep to.
function limitsOf(schema) {
  return [schema.description, schema.enum && `one of ${schema.enum.map(value => value ?? 'null').join(', ')}`, schema.format,
    range(schema, 'minimum', 'maximum', ''), range(schema, 'minLength', 'maxLength', ' characters'),
    range(schema, 'minItems', 'maxItems', ' items'), 'default' in schema && `default ${schema.default}`].filter(Boolean).join('; ');
}

// A row for each member, those of members too, as far as a schema does not come back to itself.
function members(api, schema, prefix = '', depth = 0) {
  const inner = schema.items ? resolve(api, schema.items) : schema;
  const at = schema.items && prefix ? `${prefix}[]` : prefix;
  if (depth > 6) return [];
  return Object.entries(inner.properties || {}).flatMap(([name, each]) => {
    const member = resolve(api, each);
    const path = at ? `${at}.${name}` : name;
    const needed = (inner.required || []).includes(name) ? ', required' : '';
    return [[path, typeOf(api, member) + needed, limitsOf(member)], ...members(api, member, path, depth + 1)];
  });
}

function drawSchema(api, schema) {
  const whole = resolve(api, schema);
  const rows = members(api, whole);
  const said = [typeOf(api, whole), limitsOf(whole)].filter(Boolean).join(': ');
  return [make('p', said), ...(rows.length ? [table(['member', 'type', 'what it says'], rows)] : [])];
}

function drawParameters(api, shared, operation) {
  const parameters = [...(shared || []), ...(operation.parameters || [])].map(each => resolve(api, each));
  if (!parameters.length) return [];
  const rows = parameters.map(each => [each.name, each.in + (each.required ? ', required' : ''),
    limitsOf({ ...resolve(api, each.schema), description: each.description })]);
  return [make('h3', 'Parameters'), table(['name', 'in', 'what it says'], rows)];
}

function drawBody(api, operation) {
  const content = resolve(api, operation.requestBody)?.content || {};
  return Object.entries(content).flatMap(([type, { schema }]) => [make('h3', `Body: ${type}`), ...drawSchema(api, schema)]);
}

// What comes where all goes well; problem documents are all alike.
function drawAnswers(api, operation) {
  const answers = Object.entries(operation.responses).map(([status, each]) => [status, resolve(api, each)]);
  const good = answers.filter(([status, each]) => status < 300 && each.content?.['application/json']?.schema);
  return [make('h3', 'Answers'), table(['status', 'when'], answers.map(([status, each]) => [status, each.description])),
    ...good.flatMap(([status, each]) => [make('h3', `${status}: application/json`),
      ...drawSchema(api, each.content['application/json'].schema)])];
}

function drawOperation(api, path, method, item) {
  const operation = item[method];
  const name = make('summary', '', make('span', method.toUpperCase()), make('code', path), ' ', operation.summary || '');
  name.firstChild.className = 'method';
  const rights = operation['x-role'] ? `Least role: ${operation['x-role']}. ` : 'Public. ';
  const scope = operation['x-scope'] ? `Scope of an API key: ${operation['x-scope']}.` : '';
  return make('details', '', name, make('p', operation.description || ''), make('p', rights + scope),
    ...drawParameters(api, item.parameters, operation), ...drawBody(api, operation), ...drawAnswers(api, operation));
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
