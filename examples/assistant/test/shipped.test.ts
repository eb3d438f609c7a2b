import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from 'kai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documents } from '../agents/documents/documents.ts';
import { Assistant } from './assistant.ts';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

describe('the shipped documents', () => {
  let assistant: Assistant;

  beforeAll(async () => {
    assistant = await Assistant.start({
      agents: [{ definition: documents, settings: { folder: place('documents') } }],
    });
    for (let files = 0; files < 8; await wait(10))
      files = Number((await assistant.ask('documents.status')).files);
  });
  afterAll(() => assistant[Symbol.asyncDispose]());

  it('are all read', async () => {
    expect(await assistant.ask('documents.status')).toMatchObject({ files: 8, skipped: [] });
  });

  it.each([
    ['do I do when the boiler shows E119', 'boiler-manual.md', '2. Open the silver tap under the boiler'],
    ['do I bleed a radiator', 'boiler-manual.md', 'turn the key slowly until water comes'],
    ['is the wifi password', 'house-rules.md', 'behind the hall mirror'],
    ['do quiet hours begin', 'house-rules.md', 'Quiet hours are from 22:00 to 7:00'],
    ['is the spare key', 'house-rules.md', 'with Mrs Okafor at number 14'],
    ['do the summer holidays start', 'school-calendar.html', '8 July'],
    ['is our dentist', 'emergency-contacts.txt', 'Dr. Ruiz'],
    ['burns', 'first-aid.pdf', 'Cool the burn at once'],
    ['nosebleed', 'first-aid.pdf', 'pinch the nose for ten minutes'],
    ['can grandma take ibuprofen', 'medicine-plan.md', 'must not take ibuprofen together with Ramipril'],
    ['to plant tulips', 'garden-year.md', 'Plant tulips and garlic in October'],
    ['lentil soup', 'recipes.md', '250 g red lentils'],
  ])('answer "%s" from %s', async (topic, source, quoted) => {
    const { text, sources } = await assistant.ask<JsonObject & { text: string }>('documents.ask', { topic });
    expect(text).toContain(quoted);
    expect((sources as readonly JsonObject[])[0]).toMatchObject({ source });
  });
});

describe('the shipped kai.yaml', () => {
  const config = parse(readFileSync(place('kai.yaml'), 'utf8')) as {
    agents: { file?: string; use?: string }[];
  };

  it('names kAI Core and three files, each of which exports one agent', async () => {
    expect(config.agents.map(({ use, file }) => use ?? file)).toEqual([
      'kai-core',
      './agents/documents/documents.ts',
      './agents/notes.ts',
      './agents/reminders/reminders.ts',
    ]);
    for (const { file } of config.agents) {
      if (file === undefined) continue;
      const exported: object = await import(place(file));
      const agents = Object.values(exported).filter((value) => typeof value?.summary === 'string');
      expect(agents, file).toHaveLength(1);
    }
  });
});
