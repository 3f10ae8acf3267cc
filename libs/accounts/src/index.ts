export { accountEvents, type AccountEvent } from './domain/account.events.js';
