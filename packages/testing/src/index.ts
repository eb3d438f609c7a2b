/** Contract suites per port, for every adapter to run (development only). */

export { entry, type StoreMedium, storeContract } from './store-contract.ts';
export { textIndexContract } from './text-index-contract.ts';
