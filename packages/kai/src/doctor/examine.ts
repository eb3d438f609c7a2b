/** The examination: what `kai doctor` looks at, one after the other, so that each is told as soon as it is known. */

import type { LoadedConfig } from '../config/config.ts';
import { printFault } from '../config/fault.ts';
import { loadConfig } from '../config/load.ts';
import { loadAgents } from '../node/load-agents.ts';
import { nodesFolder, runningNodes } from '../node/running-nodes.ts';
import { examineData } from './examine-data.ts';
import { examineNodeVersion, examineWindow } from './examine-installation.ts';
import { examineModels } from './examine-models.ts';
import { examinePort } from './examine-port.ts';
import { examineStore } from './examine-store.ts';
import { type Finding, fail, ok } from './finding.ts';

export interface Patient {
  /** As given by `--config`. */
  readonly config: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder, absolute. */
  readonly folder: string;
}

export async function* examine(patient: Patient): AsyncGenerator<Finding, void> {
  yield examineNodeVersion(process.version);
  yield examineWindow();
  const outcome = await loadConfig({ config: patient.config }, patient);
  if (!outcome.ok) {
    for (const fault of outcome.faults) yield fail('config', printFault(fault), 'mend it, then look again');
    return;
  }
  const { loaded } = outcome;
  yield ok('config', `${loaded.config.file} describes ${loaded.config.address.text}`);
  yield* examineAgents(loaded);
  const nodes = await runningNodes(nodesFolder(patient.env));
  const running = nodes.find(({ data }) => data === loaded.config.data);
  yield* examineData(loaded.config.data);
  yield await examineStore(loaded.config, running);
  yield await examinePort(loaded.config.port, running);
  yield* examineModels(loaded);
}

async function* examineAgents(loaded: LoadedConfig): AsyncGenerator<Finding, void> {
  const agents = await loadAgents(loaded);
  if (agents.ok) {
    const names = agents.agents.map(({ name }) => name).join(', ');
    yield ok('agents', names === '' ? 'none; the node would have nothing to do' : `${names} can be loaded`);
    return;
  }
  for (const fault of agents.faults) yield fail('agents', printFault(fault), 'mend it, then look again');
}
