/** The files of a new project, and writing them where nothing is yet. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Names {
  readonly owner: string;
  readonly device: string;
}

export interface Written {
  /** Files relative to the folder. */
  readonly written: readonly string[];
  /** Files that were there and were left alone. */
  readonly kept: readonly string[];
}

export async function writeProject(folder: string, names: Names): Promise<Written> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const [file, content] of Object.entries(filesFor(names))) {
    const isNew = await writeNew(join(folder, file), content);
    (isNew ? written : kept).push(file);
  }
  return { written, kept };
}

async function writeNew(file: string, content: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function filesFor({ owner, device }: Names): Readonly<Record<string, string>> {
  return {
    'kai.yaml': configFor(owner, device),
    'agents/hello.ts': HELLO,
    '.gitignore': '# What the node keeps, and its token\n.kai/\nnode_modules/\n',
  };
}

function configFor(owner: string, device: string): string {
  return `# One kAI node. Every key is optional; what is wrong is told with its line: kai doctor

owner: ${owner}
device: ${device}

# The window and the command line come in here, on this device only.
gateway:
  port: 5240

# Privacy: messages that carry no label stay on this device. Wider: lan, org, public.
reach: device

agents:
  # The assistant that you talk with.
  - use: kai-core
  # An agent from a file.
  - file: ./agents/hello.ts
  # An agent that is a prompt; it needs a model.
  # - name: translator
  #   prompt: Translate what you are given into plain English.
  #   intents: [text.translate]
  #   phrases: ["translate {text}"]

# Language models. Without this, Ollama is used where it runs; none for no model.
# models:
#   - kind: ollama
#     model: qwen3

# Rules of the orchestration table: the first that matches decides.
# routes:
#   - name: quiet nights
#     match: { intent: hello.*, time: "22:00-07:00" }
#     reject: nobody is greeted at night
`;
}

const HELLO = `import { defineAgent, defineIntent } from 'kai';

export default defineAgent({
  name: 'hello',
  summary: 'Greets people and remembers whom it met.',
  intents: {
    'hello.greet': defineIntent({
      summary: 'Greets someone by name.',
      effect: 'write',
      phrases: ['(greet|say hello to) {name}'],
      input: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: { name: { type: 'string', minLength: 1, maxLength: 100 } },
      },
      handler({ name }, { state }) {
        const times = Number(state.get(name) ?? 0) + 1;
        state.set(name, times);
        return { text: times === 1 ? \`Hello, \${name}!\` : \`Hello again, \${name}. This is time \${times}.\` };
      },
    }),
  },
});
`;
