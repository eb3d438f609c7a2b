import { modelContract, startOllamaStandIn, startOpenAiStandIn } from '@kai/testing';
import { ollamaRuntime } from '../src/ollama/index.ts';
import { openAiRuntime } from '../src/openai-compatible/index.ts';

const SILENCE = { firstByteMs: 20_000, idleMs: 5_000 };

modelContract({
  name: 'ollama',
  chatPath: '/api/chat',
  malformed: 'no json\n',
  ...SILENCE,
  async start({ clock, ...answering }) {
    const models = [
      { name: 'qwen3:4b', capabilities: ['completion', 'tools', 'thinking'] },
      { name: 'embeddinggemma:300m', capabilities: ['embedding'] },
    ];
    const standIn = await startOllamaStandIn({ models, ...answering });
    const named = { model: 'qwen3:4b', embedModel: 'embeddinggemma:300m' };
    return { standIn, runtime: ollamaRuntime({ url: standIn.url, clock, ...named, ...SILENCE }) };
  },
});

for (const dialect of ['openai', 'mlc', 'flat'] as const) {
  modelContract({
    name: `openai-compatible (${dialect})`,
    chatPath: '/v1/chat/completions',
    malformed: 'data: no json\n\n',
    ...SILENCE,
    async start({ clock, ...answering }) {
      const standIn = await startOpenAiStandIn({
        models: ['small', 'vectors'],
        dialect,
        apiKey: 'sk-1',
        ...answering,
      });
      const named = { name: 'desk', model: 'small', embedModel: 'vectors', apiKey: () => 'sk-1' };
      return { standIn, runtime: openAiRuntime({ url: standIn.url, clock, ...named, ...SILENCE }) };
    },
  });
}
