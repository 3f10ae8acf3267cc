export { definerFunctions } from './definer-functions.js';
export { entities } from './entities.js';
export { eventStoreOptions } from './event-store-options.js';
export { migrations } from './migrations.js';
