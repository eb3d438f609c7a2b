/** A phrase's template as somebody would say it: first alternatives, nothing optional; `{slots}` stay. */

/** Parts within parts, no deeper than this; beyond it the template stays as it is. */
const DEPTH_MAX = 8;

const OPTIONAL = /\[[^[\]]*\]/g;
const ALTERNATIVES = /\(([^()|]*)(?:\|[^()]*)?\)/g;

/** "(what|who|where) {topic}" is said "what {topic}". */
export function plainTemplate(template: string): string {
  let text = template;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1)
    text = text.replace(OPTIONAL, '').replace(ALTERNATIVES, '$1');
  return text.replace(/\s+/g, ' ').trim();
}
