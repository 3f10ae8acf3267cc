import { Module } from '@nestjs/common';

import { Admission } from './admission/admission.js';
import { CallMetadata } from './admission/call-metadata.js';
import { GroupedAdmission } from './admission/grouped-admission.js';
import { RequestsController } from './http/requests.controller.js';
import { RequestQueries } from './projections/request.queries.js';

/** Admission, settlement and the list of calls, in the process that takes calls. */
@Module({
  controllers: [RequestsController],
  providers: [CallMetadata, RequestQueries, { provide: Admission, useClass: GroupedAdmission }],
  exports: [Admission],
})
export class AdmissionModule {}
