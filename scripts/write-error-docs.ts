/** Writes docs/errors.md from the error catalogue. A test of packages/protocol fails while the page is out of date. */

import { writeFileSync } from 'node:fs';
import { ERRORS } from '../packages/protocol/src/index.ts';

export function errorPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { number, retryable, meaning }]) =>
      `| ${number} | \`${code}\` | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
  );
  return `# Errors

What can go wrong, as a sender sees it: one closed set. A message of kind \`error\` carries
\`{code, message, retryable, at, details?}\`; \`at\` is the address of who refused, \`message\` says what happened and what to do.
\`retryable\` says whether the same message may succeed later without being changed; where an error says otherwise than this
table, the error is right. Codes and numbers are never renamed, renumbered or removed:
[\`vectors/errors.json\`](../vectors/errors.json) holds them for other languages.

| number | code | retryable | meaning |
|---|---|---|---|
${rows.join('\n')}

This page is made from \`packages/protocol/src/error.ts\` by \`node scripts/write-error-docs.ts\`.
`;
}

if (import.meta.main) writeFileSync(new URL('../docs/errors.md', import.meta.url), errorPage());
