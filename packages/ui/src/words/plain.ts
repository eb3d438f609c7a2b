/**
 * An excerpt without Markdown's signs, for where there is no room for what they mean. Only the signs go; the marks
 * around words that matched (U+0002, U+0003) stay where they are. A pair that the excerpt has cut loses the sign that
 * is left.
 */

const MARKDOWN = /\.(md|markdown)$/i;

/** Whether a document is Markdown, by the name of its file. */
export function isMarkdown(source: string): boolean {
  return MARKDOWN.test(source);
}

/** What only looks like a sign stays: `snake_case`, `2 * 3`. */
export function withoutMarkdown(excerpt: string): string {
  return excerpt
    .replace(/!?\[([^\]\n]{0,300})\]\([^()\s]{0,2000}\)/g, '$1')
    .replace(/^\s{0,3}(#{1,6}|>|[-*+])\s+/gm, '')
    .replace(/\*\*|`{1,3}|(?<!\w)__|__(?!\w)/g, '')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])/g, '$1')
    .replace(/(?<!\w)_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])_(?!\w)/g, '$1');
}
