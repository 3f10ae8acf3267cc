import { Module } from '@nestjs/common';

import { RequestDays } from './admission/request-days.js';
import { Sweeper } from './admission/sweeper.js';

/** What keeps admission going in the background: calls of dead nodes are expired, partitions made ahead. */
@Module({ providers: [Sweeper, RequestDays] })
export class AdmissionMaintenanceModule {}
