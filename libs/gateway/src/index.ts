export {
  Admission,
  type CallEnvironment,
  type CallOutcome,
  type CallToAdmit,
  type RateState,
  type Usage,
  type Verdict,
} from './admission/admission.js';
export { RequestDays } from './admission/request-days.js';
export { Sweeper } from './admission/sweeper.js';
export { AdmissionMaintenanceModule } from './admission-maintenance.module.js';
export { AdmissionModule } from './admission.module.js';
export { Deadlines } from './call/deadlines.js';
export { CallsModule } from './calls.module.js';
export { gatewayMigrations } from './migrations.js';
export { admissionRowsProjection } from './projections/admission-rows.projection.js';
export { RequestQueries } from './projections/request.queries.js';
