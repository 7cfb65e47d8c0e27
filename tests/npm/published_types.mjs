// Files of a collection against the published types (@opencollection/types).
//   published_types.mjs generate FOLDER   writes files in which every field of every type stands
//   published_types.mjs bruno FOLDER      writes what Bruno's own writer makes of its fixtures
//   published_types.mjs check FILE ...    prints what of the files the types do not allow, as JSON
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ts = require('typescript');
const yaml = require('yaml');
const here = dirname(fileURLToPath(import.meta.url));
const types = join(here, 'node_modules', '@opencollection', 'types', 'src');
const WHERE = {
  OpenCollection: 'opencollection',
  Folder: 'collection/item',
  ScriptFile: 'collection/item',
  App: 'collection/item',
  HttpRequest: 'requests/http',
  GraphQLRequest: 'requests/graphql',
  GrpcRequest: 'requests/grpc',
  WebSocketRequest: 'requests/websocket',
};
const OF_KIND = {
  http: 'HttpRequest',
  graphql: 'GraphQLRequest',
  grpc: 'GrpcRequest',
  websocket: 'WebSocketRequest',
  app: 'App',
  folder: 'Folder',
};

function programOf(lines) {
  const imports = Object.entries(WHERE).map(
    ([name, file]) => `import type { ${name} } from '${join(types, file)}';`,
  );
  const text = [...imports, ...lines].join('\n');
  const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, skipLibCheck: true };
  const host = ts.createCompilerHost(options);
  const name = join(types, 'checked.ts');
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
      : getSourceFile(file, ...rest);
  host.fileExists = (file) => file === name || fileExists(file);
  const program = ts.createProgram([name], options, host);
  return { program, source: program.getSourceFile(name), first: imports.length };
}

function typeOf(data) {
  if (data.opencollection !== undefined) return 'OpenCollection';
  if (data.type === 'script') return 'ScriptFile';
  return OF_KIND[data.info?.type] ?? 'HttpRequest';
}

function check(files) {
  const lines = files.map((file, at) => {
    const data = yaml.parse(readFileSync(file, 'utf8'));
    // Line ends in a text would end the line that tells the file.
    const shown = JSON.stringify(data).replace(/[\u2028\u2029]/g, ' ');
    return `export const v${at}: ${typeOf(data)} = ${shown};`;
  });
  const { program, source, first } = programOf(lines);
  const found = ts.getPreEmitDiagnostics(program).map((each) => {
    const line = each.start === undefined ? -1 : source.getLineAndCharacterOfPosition(each.start).line;
    return [files[line - first] ?? '', ts.flattenDiagnosticMessageText(each.messageText, ' ')];
  });
  process.stdout.write(JSON.stringify(found));
}

// Makes values of a type; of a union the n-th alternative, so that a few rounds have them all.
function maker(checker, source, round) {
  let numbers = 0;
  const seen = [];
  function object(type) {
    if (seen.filter((each) => each === type).length) return undefined;
    seen.push(type);
    const made = {};
    for (const property of checker.getPropertiesOfType(type)) {
      const value = make(checker.getTypeOfSymbolAtLocation(property, source), property.name);
      if (value !== undefined) made[property.name] = value;
    }
    seen.pop();
    return made;
  }
  function make(type, name) {
    if (type.isUnion()) {
      const real = type.types.filter(
        (each) => !(each.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)),
      );
      return make(real[round % real.length], name);
    }
    if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
    if (type.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type) === 'true';
    if (type.flags & ts.TypeFlags.String) return `${name} ${(numbers += 1)}`;
    if (type.flags & ts.TypeFlags.Number) return (numbers += 1);
    if (checker.isArrayType(type)) {
      const item = make(checker.getTypeArguments(type)[0], name);
      return item === undefined ? [] : [item];
    }
    return type.flags & ts.TypeFlags.Object ? object(type) : undefined;
  }
  return make;
}

function generate(folder) {
  const names = Object.keys(WHERE);
  const { program, source } = programOf(names.map((name) => `export const of${name} = {} as ${name};`));
  const checker = program.getTypeChecker();
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  for (let round = 0; round < 6; round += 1) {
    for (const symbol of symbols) {
      const name = symbol.name.slice(2);
      if (name === 'OpenCollection' || name === 'Folder') continue;
      const data = maker(checker, source, round)(checker.getTypeOfSymbol(symbol), name);
      writeFileSync(join(folder, `${name} ${round}.yml`), yaml.stringify(data));
    }
  }
}

function bruno(folder) {
  const { parseRequest, stringifyRequest } = require('@usebruno/filestore');
  const roots = ['lang/v2/tests', 'filestore/src/formats/bru/tests'];
  let count = 0;
  for (const root of roots.map((each) => join(here, 'node_modules', '@usebruno', each))) {
    for (const path of existsSync(root) ? readdirSync(root, { recursive: true }) : []) {
      if (!path.endsWith('.bru') || /env|collection|folder/.test(basename(path))) continue;
      const parsed = parseRequest(readFileSync(join(root, path), 'utf8'), { format: 'bru' });
      writeFileSync(join(folder, `${(count += 1)}.yml`), stringifyRequest(parsed, { format: 'yml' }));
    }
  }
}

const [verb, ...rest] = process.argv.slice(2);
if (verb === 'check') check(rest);
else {
  mkdirSync(rest[0], { recursive: true });
  ({ generate, bruno })[verb](rest[0]);
}
