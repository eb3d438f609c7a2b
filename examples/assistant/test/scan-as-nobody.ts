/** Looks at the folder at argv[2] and prints what is there: run as an unprivileged user, because root may do anything. */

import { scanFolder } from '../agents/documents/scan.ts';

const folder = String(process.argv[2]);
const scan = await scanFolder(folder, new Set(['.md']), new AbortController().signal);
process.stdout.write(
  JSON.stringify(
    scan.kind === 'scanned' ? { files: scan.files.map(({ source }) => source), skipped: scan.skipped } : scan,
  ),
);
