import { Controller, Get } from '@nestjs/common';
import { Public } from '@app/platform';

import product from '../../../../package.json';
import { HealthResponse } from './health.dto.js';

@Controller('v1/health')
@Public()
export class HealthController {
  /**
   * Say that the gateway answers
   * @remarks Whether it can serve calls is `/readyz`.
   */
  @Get()
  health(): HealthResponse {
    return { status: 'ok', service: product.name, version: product.version, timestamp: new Date().toISOString() };
  }
}
