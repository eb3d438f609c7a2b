/** Chance, as a node uses it: for ids, jitter and choice. Seeded in simulation, the system's elsewhere. */

export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
}
