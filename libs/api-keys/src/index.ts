export { apiKeyEvents, type ApiKeyEvent } from './domain/api-key.events.js';
