/** Shows the Markdown tree as elements. The only place where a model's text meets the page, and no HTML in it. */

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Block, type Inline, readMarkdown } from '../words/markdown.ts';
import { ScrollBox } from './scroll-box.tsx';

export function Prose({ text }: { readonly text: string }): JSX.Element {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  return <div class="prose">{blocks.map((block, at) => showBlock(block, at))}</div>;
}

function showBlock(block: Block, key: number): JSX.Element {
  switch (block.kind) {
    case 'paragraph':
      return <p key={key}>{block.inside.map(showInline)}</p>;
    case 'heading':
      return (
        <p key={key} class="prose-heading">
          {block.inside.map(showInline)}
        </p>
      );
    case 'quote':
      return <blockquote key={key}>{block.inside.map(showInline)}</blockquote>;
    case 'code':
      return (
        <ScrollBox key={key} class="code-box">
          <code>{block.text}</code>
        </ScrollBox>
      );
    case 'list':
      return showList(block, key);
  }
}

function showList(list: Block & { kind: 'list' }, key: number): JSX.Element {
  const items = list.items.map(({ inside, depth }, at) => (
    <li key={at} class={`depth-${depth}`}>
      {inside.map(showInline)}
    </li>
  ));
  return list.ordered ? (
    <ol key={key} start={list.start}>
      {items}
    </ol>
  ) : (
    <ul key={key}>{items}</ul>
  );
}

/** One piece of a line. */
export function showInline(inline: Inline, key: number): JSX.Element | string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code key={key}>{inline.text}</code>;
    case 'strong':
      return <strong key={key}>{inline.inside.map(showInline)}</strong>;
    case 'emphasis':
      return <em key={key}>{inline.inside.map(showInline)}</em>;
    case 'link':
      return (
        <a key={key} href={inline.href} target="_blank" rel="noopener noreferrer">
          {inline.inside.map(showInline)}
        </a>
      );
  }
}
