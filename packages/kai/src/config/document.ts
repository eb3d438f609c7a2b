/**
 * A YAML file as a JSON value that remembers where everything stood.
 *
 * Any bytes are survived: size is checked first, aliases are counted (so a small file cannot unfold into a large
 * value), and nesting beyond what the parser's stack holds is a fault like any other.
 */

import { findUnsafe, type JsonValue } from '@kai/protocol';
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type Document as YamlDocument,
} from 'yaml';
import { FAULTS_MAX, type Fault, type Path, type Position } from './fault.ts';
import { partsOf } from './json-pointer.ts';

/** The size of a configuration file, in bytes. */
export const FILE_BYTES_MAX = 1_048_576;
/** How often anchors may be used in one file, counting uses within uses. */
const ALIASES_MAX = 100;
const TOO_DEEP = 'lists and maps are nested too deeply here';

export interface ConfigDocument {
  readonly source: string;
  readonly value: JsonValue;
  /** A fault at the value, or at the key, that `path` leads to; at the nearest one above when there is none. */
  fault(path: Path, message: string, at?: 'key' | 'value'): Fault;
}

export type ParsedDocument =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** `source` is the file's name as people shall read it. */
export function parseConfigDocument(bytes: Uint8Array, source: string): ParsedDocument {
  const refuse = (message: string): ParsedDocument => ({
    ok: false,
    faults: [{ source, position: undefined, path: [], message, line: undefined }],
  });
  if (bytes.length > FILE_BYTES_MAX) {
    return refuse(`a configuration has at most ${FILE_BYTES_MAX} bytes; this one has ${bytes.length}`);
  }
  const text = decoded(bytes);
  if (text === undefined) return refuse('this file is not UTF-8 text; save it as UTF-8');
  const lines = new LineCounter();
  try {
    return fromText(text, source, lines);
  } catch (error) {
    if (error instanceof RangeError) return refuse(TOO_DEEP);
    throw error;
  }
}

function fromText(text: string, source: string, lines: LineCounter): ParsedDocument {
  const yaml = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faultAt = (offset: number, path: Path, message: string): Fault => {
    const position = place(Math.min(offset, text.length));
    return { source, position, path, message, line: lineOf(text, lines, position.line) };
  };
  const troubles = [...yaml.errors, ...yaml.warnings].slice(0, FAULTS_MAX);
  if (troubles.length > 0) {
    return {
      ok: false,
      faults: troubles.map(({ pos, code, message }) => faultAt(pos[0], [], sayYaml(code, message))),
    };
  }
  const twins = keysTwice(yaml);
  if (twins.length > 0) {
    return {
      ok: false,
      faults: twins.map((offset) => faultAt(offset, [], 'this key stands here twice; keep one')),
    };
  }
  const fault = (path: Path, message: string, at: 'key' | 'value' = 'value'): Fault =>
    faultAt(offsetOf(yaml, path, at), path, message);
  const value = plainValue(yaml);
  if (!value.ok) return { ok: false, faults: [fault([], value.message)] };
  const unsafe = findUnsafe(value.value);
  if (unsafe !== undefined) return { ok: false, faults: [fault(partsOf(unsafe.path), unsafe.message)] };
  return { ok: true, document: { source, value: value.value, fault } };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type Plain =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

function plainValue(yaml: YamlDocument): Plain {
  try {
    return { ok: true, value: yaml.toJS({ maxAliasCount: ALIASES_MAX }) as JsonValue };
  } catch (error) {
    if (error instanceof ReferenceError) {
      return {
        ok: false,
        message: `anchors (&name, *name) are used more than ${ALIASES_MAX} times, or wrongly; write it out`,
      };
    }
    throw error;
  }
}

/** The parser's words for what people do most often, in ours. */
function sayYaml(code: string, message: string): string {
  if (/call stack/i.test(message)) return TOO_DEEP;
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; YAML wants spaces';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a configuration is one, without ---';
  if (code === 'TAG_RESOLVE_FAILED') return 'tags (!name) have no meaning here; leave it out';
  const first = message.split('\n')[0] ?? message;
  return `not YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

/** Where a key stands that its map has already. The parser's own check compares each key with each. */
function keysTwice(yaml: YamlDocument): readonly number[] {
  const found: number[] = [];
  visit(yaml, {
    Map(_key, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const text = keyText(key);
        if (seen.has(text) && found.length < FAULTS_MAX) found.push(start(key) ?? 0);
        seen.add(text);
      }
    },
  });
  return found;
}

/** Where `path` stands in the text: the offset of its key or value, or of the nearest node above. */
function offsetOf(yaml: YamlDocument, path: Path, at: 'key' | 'value'): number {
  let node: unknown = yaml.contents;
  let offset = start(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const found = childOf(resolved(yaml, node), part);
    if (found === undefined) return offset;
    const last = index === path.length - 1;
    offset = (last && at === 'key' ? start(found.key) : (start(found.value) ?? start(found.key))) ?? offset;
    node = found.value;
  }
  return offset;
}

function childOf(node: unknown, part: string | number): { key: unknown; value: unknown } | undefined {
  if (isSeq(node) && typeof part === 'number') {
    return part < node.items.length ? { key: node.items[part], value: node.items[part] } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && keyText(item.key) === String(part));
  return pair && { key: pair.key, value: pair.value };
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function resolved(yaml: YamlDocument, node: unknown): unknown {
  return isAlias(node) ? node.resolve(yaml) : node;
}

function start(node: unknown): number | undefined {
  return (node as Partial<Node> | null | undefined)?.range?.[0];
}

function lineOf(text: string, lines: LineCounter, line: number): string {
  const from = lines.lineStarts[line - 1] ?? 0;
  const to = lines.lineStarts[line] ?? text.length;
  return text.slice(from, to).replace(/\r?\n$/, '');
}
