/**
 * Checks sources against the plan of the house: files in, breaches out, no disk.
 *
 * Sources are parsed, so what stands in a comment or a string never counts. What cannot be seen: imports
 * whose name is computed, and globals that are reached by a computed name.
 */

import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'vite';
import {
  ADAPTER_ROOMS,
  ALLOWED_IMPORTS,
  ALLOWED_IN_FOLDER,
  ALLOWED_TYPES,
  DEVELOPMENT_ROOMS,
  LIBRARY_PLACES,
  TIME_AND_CHANCE,
  TIME_AND_CHANCE_PLACES,
} from './house-rules.ts';

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What of a `package.json` counts here. */
export interface Manifest {
  /** The folder that holds it, with `/` at the end; empty for the workspace's own. */
  readonly folder: string;
  readonly name: string;
  readonly exports: readonly string[];
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

interface Import {
  readonly name: string;
  readonly typeOnly: boolean;
}

interface Syntax {
  readonly imports: readonly Import[];
  readonly reached: readonly string[];
  readonly forbidden: readonly string[];
}

/** One line for each breach; none when the house is in order. */
export function breaches(files: readonly SourceFile[], manifests: readonly Manifest[]): readonly string[] {
  const read = files.map((file) => ({ path: file.path, syntax: syntaxOf(file) }));
  const found = read.flatMap(({ path, syntax }) => [
    ...syntax.imports.flatMap((one) => importBreach(path, one, manifests) ?? []),
    ...timeBreaches(path, syntax.reached),
    ...syntax.forbidden.map((what) => `${path}: ${what}`),
  ]);
  return [...found, ...manifests.flatMap((manifest) => unusedDependencies(manifest, read))];
}

function importBreach(path: string, one: Import, manifests: readonly Manifest[]): string | undefined {
  if (one.name.startsWith('.')) return relativeBreach(path, one.name, manifests);
  if (isBuiltin(one.name)) {
    return roomOf(path) === 'protocol' ? `${path}: protocol is pure, and imports ${one.name}` : undefined;
  }
  const ours = /^(?:@kai\/(.+)|kai(?:\/.+)?)$/.exec(one.name);
  const wrong = ours === null ? libraryBreach(path, one.name) : edgeBreach(path, one, ours[1] ?? one.name);
  return wrong ?? dependencyBreach(path, one, manifests);
}

function edgeBreach(path: string, one: Import, entry: string): string | undefined {
  const room = roomOf(path);
  const allowed = [...(ALLOWED_IMPORTS[room] ?? []), ...(one.typeOnly ? (ALLOWED_TYPES[room] ?? []) : [])];
  for (const [folder, more] of Object.entries(ALLOWED_IN_FOLDER))
    if (path.startsWith(folder)) allowed.push(...more);
  if (allowed.some((name) => entry === name || entry.startsWith(`${name}/`))) return undefined;
  return `${path}: ${room} may not import ${one.name}`;
}

function libraryBreach(path: string, name: string): string | undefined {
  const places = LIBRARY_PLACES[packageOf(name)];
  if (places === undefined) return `${path}: ${packageOf(name)} has no place in the table of libraries`;
  if (places.some((place) => path.startsWith(place))) return undefined;
  return `${path}: ${packageOf(name)} may be imported only in ${places.join(', ')}`;
}

function relativeBreach(path: string, name: string, manifests: readonly Manifest[]): string | undefined {
  const target = join(dirname(path), name);
  const home = manifestOf(path, manifests);
  if (home === undefined) return undefined;
  if (!target.startsWith(home.folder)) return `${path}: ${name} leaves the package; import it by name`;
  if (!ADAPTER_ROOMS.includes(roomOf(path))) return undefined;
  const adapter = adapterOf(target, home);
  if (adapter === undefined || adapter === adapterOf(path, home)) return undefined;
  return `${path}: the adapter ${adapter} may not be imported from elsewhere`;
}

/** The exported folder that a file of an adapter room lies in; what several adapters share lies in none. */
function adapterOf(path: string, { folder, exports }: Manifest): string | undefined {
  const [, inner] = path.slice(folder.length).split('/');
  return exports.find((name) => name === `./${inner}`);
}

function dependencyBreach(path: string, one: Import, manifests: readonly Manifest[]): string | undefined {
  const home = manifestOf(path, manifests);
  const name = packageOf(one.name);
  if (home === undefined || name.includes(':') || home.dependencies.includes(name)) return undefined;
  const developed = [home, ...manifests.filter(({ folder }) => folder === '')].flatMap(
    (each) => each.devDependencies,
  );
  const develops = developed.includes(name) || developed.includes(`@types/${name}`);
  if (develops && (one.typeOnly || DEVELOPMENT_ROOMS.includes(roomOf(path)))) return undefined;
  return `${path}: imports ${name}, which ${home.folder}package.json does not depend on`;
}

function unusedDependencies(
  { folder, dependencies }: Manifest,
  read: readonly { readonly path: string; readonly syntax: Syntax }[],
): readonly string[] {
  const own = read.filter(({ path }) => path.startsWith(folder));
  // A package without sources is not written yet.
  if (own.length === 0) return [];
  const used = new Set(own.flatMap(({ syntax }) => syntax.imports.map(({ name }) => packageOf(name))));
  return dependencies
    .filter((name) => !used.has(name))
    .map((name) => `${folder}package.json: depends on ${name}, which nothing imports`);
}

function timeBreaches(path: string, reached: readonly string[]): readonly string[] {
  if (TIME_AND_CHANCE_PLACES.some((place) => path.startsWith(place))) return [];
  return reached.map((name) => `${path}: ${name} belongs in an adapter; take it from Clock or Random`);
}

function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'packages' ? second : top;
}

function manifestOf(path: string, manifests: readonly Manifest[]): Manifest | undefined {
  return manifests.find(({ folder }) => folder !== '' && path.startsWith(folder));
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

type SyntaxNode = Readonly<Record<string, unknown>> & { readonly type: string };

function syntaxOf({ path, text }: SourceFile): Syntax {
  const { program, errors } = parseSync(path, text);
  const syntax = { imports: [] as Import[], reached: [] as string[], forbidden: [] as string[] };
  for (const { message } of errors) syntax.forbidden.push(`does not parse: ${message}`);
  const open: unknown[] = [program];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isSyntaxNode(next)) look(next, syntax);
    if (typeof next === 'object' && next !== null)
      open.push(...Object.values(next).filter((inner) => inner ?? false));
  }
  return syntax;
}

function look(node: SyntaxNode, syntax: { imports: Import[]; reached: string[]; forbidden: string[] }): void {
  const source = isSyntaxNode(node.source) ? node.source.value : undefined;
  if (typeof source === 'string') syntax.imports.push({ name: source, typeOnly: isTypeOnly(node) });
  const reached = reachedBy(node);
  if (reached !== undefined && TIME_AND_CHANCE.includes(reached)) syntax.reached.push(reached);
  const forbidden = forbiddenBy(node);
  if (forbidden !== undefined) syntax.forbidden.push(forbidden);
}

function isTypeOnly(node: SyntaxNode): boolean {
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
}

/** The global that a node reaches: called or handed on by its name, as a member, imported, or taken apart. */
function reachedBy(node: SyntaxNode): string | undefined {
  if (node.type === 'CallExpression') return nameOf(node.callee);
  if (node.type === 'ImportSpecifier') return nameOf(node.imported);
  if (node.type === 'VariableDeclarator') return takenApart(node);
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined;
  const object = nameOf(node.object);
  const property = nameOf(node.property);
  return object === 'globalThis' || object === 'window' ? property : `${object}.${property}`;
}

/** `const { now } = Date` reaches `Date.now`. */
function takenApart({ id, init }: SyntaxNode): string | undefined {
  const object = nameOf(init);
  if (object === undefined || !isSyntaxNode(id) || !Array.isArray(id.properties)) return undefined;
  const names = id.properties.map(
    (property) => `${object}.${isSyntaxNode(property) ? nameOf(property.key) : ''}`,
  );
  return names.find((name) => TIME_AND_CHANCE.includes(name));
}

function forbiddenBy(node: SyntaxNode): string | undefined {
  if (node.type === 'TSEnumDeclaration') return 'an enum; write a union of literals';
  if (node.type === 'TSParameterProperty') return 'a parameter property; Node cannot strip it';
  if (node.type === 'Decorator') return 'a decorator; Node cannot strip it';
  if (node.type === 'TSModuleDeclaration' && node.declare !== true)
    return 'a namespace; a module is one already';
  return undefined;
}

function nameOf(node: unknown): string | undefined {
  return isSyntaxNode(node) && node.type === 'Identifier' && typeof node.name === 'string'
    ? node.name
    : undefined;
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
