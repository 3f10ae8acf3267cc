export { type OrganizationCreated, organizationEvents, type OrganizationEvent } from './domain/organization.events.js';
