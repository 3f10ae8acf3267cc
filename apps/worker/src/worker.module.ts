import { entities } from '@app/composition';
import { AdmissionMaintenanceModule } from '@app/gateway';
import { type Config, ConfigModule, DatabaseModule, type Log, LogModule } from '@app/platform';
import { type DynamicModule, Module } from '@nestjs/common';

/** Everything the worker process consists of. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config, log: Log): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        LogModule.forRoot(log),
        DatabaseModule.forRoot({ applicationName: 'ai-gateway worker', entities }),
        AdmissionMaintenanceModule,
      ],
    };
  }
}
