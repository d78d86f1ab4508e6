'use strict';
// What JavaScript expects of every object.

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Let `using` close what a class holds, where JavaScript knows of that. */
function disposable(Class) {
  if (Symbol.dispose !== undefined) {
    const { close } = Class.prototype;
    Object.defineProperty(Class.prototype, Symbol.dispose, { value: close, writable: true, configurable: true });
  }
}

module.exports = { INSPECT, disposable };
