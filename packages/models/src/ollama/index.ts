/** Ollama behind the model port. */

export { reachOfHost } from '../http/reach-of-host.ts';
export { DISCOVER_MS, type DiscoveredOllama, discoverOllama } from './discover.ts';
export { OLLAMA_URL, type OllamaOptions, ollamaRuntime } from './runtime.ts';
