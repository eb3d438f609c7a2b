/**
 * Writes the schema of kai.yaml from its one source in code, for editors: `npm run schema`. A test of packages/kai
 * fails when the file is stale.
 */

import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CONFIG_SCHEMA } from '../packages/kai/src/config/schema.ts';

const file = fileURLToPath(new URL('../packages/kai/kai.schema.json', import.meta.url));

await writeFile(file, JSON.stringify(CONFIG_SCHEMA));
execFileSync('biome', ['format', '--write', file], { stdio: 'inherit' });
