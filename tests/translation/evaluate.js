// Calls the kernel in JavaScript: node evaluate.js KERNEL.js TYPES.json < cases > results, one JSON document a line.
// A case is {"function": "Module.Name", "arguments": [...]} in the plain form of values.py; a result is
// {"result": ...} in that form, or {"error": text}.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [kernelFile, typesFile] = process.argv.slice(2);
const { data, functions } = JSON.parse(fs.readFileSync(typesFile, 'utf8'));
const modules = [...new Set([...Object.keys(data), ...Object.keys(functions)].map((name) => name.split('.')[0]))];
const text = fs.readFileSync(kernelFile, 'utf8') + `\n;({ _dafny, BigNumber, ${modules.join(', ')} })`;
// `require` finds bignumber.js beside the kernel.
const { createRequire } = require('module');
const context = vm.createContext({ require: createRequire(path.resolve(kernelFile)), process, console });
const kernel = vm.runInContext(text, context, { filename: kernelFile });
const { _dafny, BigNumber } = kernel;
// Dafny 4.11's JavaScript keeps an entry for each time that a map comprehension names a key, and so counts them wrong.
// Here a key keeps one entry, as the language says; what is compared with Python is the back end with that repaired.
_dafny.Map.prototype.push = function (pair) {
  const at = this.findIndex(pair[0]); // the runtime's own: the length where there is none
  if (at === this.length) return Array.prototype.push.call(this, pair);
  this[at] = pair;
  return this.length;
};

function key(form) {
  if (Array.isArray(form)) return '[' + form.map(key).join(', ') + ']';
  if (form !== null && typeof form === 'object') {
    return '{' + Object.keys(form).sort().map((name) => quote(name) + ': ' + key(form[name])).join(', ') + '}';
  }
  return typeof form === 'string' ? quote(form) : JSON.stringify(form);
}
// As Python writes JSON: ASCII alone.
function quote(text) {
  return JSON.stringify(text).replace(/[\u0080-\uffff]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}
const byKey = (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

function concrete(type, variables) {
  return type[0] === 'var' ? variables[type[1]] : type;
}
function variablesOf(type) {
  const found = {};
  data[type[1]].parameters.forEach((name, at) => { found[name] = type[2 + at]; });
  return found;
}

function make(type, form) {
  switch (type[0]) {
    case 'int': case 'nat': return new BigNumber(form);
    case 'bool': case 'name': return form;
    case 'tuple': return _dafny.Tuple.of(...form.map((each, at) => make(type[1 + at], each)));
    case 'seq': return _dafny.Seq.of(...form.map((each) => make(type[1], each)));
    case 'set': return _dafny.Set.fromElements(...form.map((each) => make(type[1], each)));
    case 'map': {
      const made = new _dafny.Map();
      for (const [k, v] of form) made.push([make(type[1], k), make(type[2], v)]);
      return made;
    }
    case 'data': {
      const [home, name] = type[1].split('.');
      const [constructor] = Object.keys(form);
      const fields = data[type[1]].constructors.find((each) => each[0] === constructor)[1].map((field) => field[1]);
      const variables = variablesOf(type);
      const values = fields.map((field, at) => make(concrete(field, variables), form[constructor][at]));
      return kernel[home][name]['create_' + constructor](...values);
    }
  }
  throw new Error('no such type: ' + JSON.stringify(type));
}

function plain(type, value) {
  switch (type[0]) {
    case 'int': case 'nat':
      if (!BigNumber.isBigNumber(value)) throw new Error('no integer: ' + value);
      return value.toFixed();
    case 'bool':
      if (typeof value !== 'boolean') throw new Error('no truth value: ' + value);
      return value;
    case 'name':
      if (typeof value !== 'string') throw new Error('no name: ' + value);
      return value;
    case 'tuple': return Array.from(value, (each, at) => plain(type[1 + at], each));
    case 'seq': return Array.from(value, (each) => plain(type[1], each));
    case 'set': {
      const items = Array.from(value, (each) => plain(type[1], each)).map((form) => [key(form), form]);
      return items.sort(byKey).map(([, form]) => form);
    }
    case 'map': {
      const items = Array.from(value, ([k, v]) => [plain(type[1], k), plain(type[2], v)]);
      return items.map((pair) => [key(pair[0]), pair]).sort(byKey).map(([, pair]) => pair);
    }
    case 'data': {
      const { constructors } = data[type[1]];
      const [constructor, fields] = constructors.find((each) => value['is_' + each[0]]);
      const parts = Object.keys(value).filter((name) => name !== '$tag').map((name) => value[name]);
      if (parts.length !== fields.length) throw new Error('fields of ' + type[1] + '.' + constructor);
      const variables = variablesOf(type);
      return { [constructor]: fields.map(([, field], at) => plain(concrete(field, variables), parts[at])) };
    }
  }
  throw new Error('no such type: ' + JSON.stringify(type));
}

const lines = fs.readFileSync(0, 'utf8').split('\n').filter((line) => line);
const results = lines.map((line) => {
  const { function: name, arguments: forms } = JSON.parse(line);
  const { parameters, result } = functions[name];
  const [home, own] = name.split('.');
  try {
    const values = forms.map((form, at) => make(parameters[at], form));
    const found = kernel[home].__default[own];
    return JSON.stringify({ result: plain(result, typeof found === 'function' ? found(...values) : found) });
  } catch (error) {
    return JSON.stringify({ error: String(error && error.stack || error) });
  }
});
fs.writeFileSync(1, results.join('\n') + '\n');
