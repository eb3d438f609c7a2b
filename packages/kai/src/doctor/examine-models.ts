/** The language models: those that are listed, or the Ollama that a node would find. */

import { silentLog } from '@kai/runtime/ports';
import type { LoadedConfig } from '../config/config.ts';
import { openModels } from '../node/open-models.ts';
import { systemClock } from '../system/clock.ts';
import { type Finding, ok, warn } from './finding.ts';

/** How long a model has to say how it is, in milliseconds. */
const HEALTH_MS = 5_000;

export async function* examineModels({ config, secrets }: LoadedConfig): AsyncGenerator<Finding, void> {
  if (config.models.kind === 'none') {
    yield ok('models', 'none, as the configuration says: set phrases are understood');
    return;
  }
  await using models = openModels({ entry: config.models, secrets, clock: systemClock, log: silentLog });
  await models.looked;
  if (models.list.length === 0) {
    const todo = 'install Ollama (ollama.com) and run: ollama pull qwen3';
    yield warn(
      'models',
      'no Ollama with a chat model was found: set phrases are understood, free talk is not',
      todo,
    );
  }
  for (const model of models.list) {
    const { ready, detail } = await model.health(AbortSignal.timeout(HEALTH_MS));
    const what = `${model.name} (${model.where}): ${detail}`;
    yield ready ? ok('models', what) : warn('models', what, 'start it, or take it out of models:');
  }
}
