import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { DomainError } from '@app/kernel';
import { MayFail, RuntimeRoute } from '@app/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { CallAuthentication } from '../call/authenticate.js';
import { type ListedModel, listModels } from '../call/list-models.js';
import { ProjectConfigurations } from '../call/project-configurations.js';
import { RequestLimit } from '../call/request-limit.js';
import { showRate } from '../call/show-rate.js';
import { ModelListResponse, ModelResponse } from './models.dto.js';

const providerOf = ({ id }: ListedModel): string => id.slice(0, id.indexOf('/'));

const providersOf = (models: readonly ListedModel[]): ModelListResponse['providers'] => {
  const names = models.map(providerOf);
  return [...new Set(names)].map((name) => ({
    id: name,
    name,
    model_count: names.filter((other) => other === name).length,
  }));
};

@Controller('v1/models')
@RuntimeRoute()
@MayFail('INSUFFICIENT_PERMISSIONS', 'RATE_LIMIT_EXCEEDED', 'SERVICE_UNAVAILABLE')
export class ModelsController {
  constructor(
    private readonly authentication: CallAuthentication,
    private readonly configurations: ProjectConfigurations,
    private readonly limit: RequestLimit,
  ) {}

  /**
   * List models
   * @remarks Those with a known price that the key can call. Limited to 60 requests a minute for each key.
   */
  @Get()
  @ApiQuery({ name: 'provider', required: false, description: 'Only models of this provider.' })
  @ApiQuery({ name: 'type', required: false, description: 'Only models of this type; all of them are `chat`.' })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: Readonly<Record<string, unknown>>,
  ): Promise<ModelListResponse> {
    const { provider, type } = query;
    const models = (await this.models(request, reply)).filter(
      (model) =>
        (provider === undefined || providerOf(model) === provider) && (type === undefined || model.type === type),
    );
    return { object: 'list', data: [...models], providers: providersOf(models) };
  }

  /**
   * Show a model
   * @remarks By `provider/model` or by the model's name.
   */
  @Get('*')
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('*') id: string,
  ): Promise<ModelResponse> {
    const models = await this.models(request, reply);
    const model = models.find((known) => known.id === id) ?? models.find((known) => known.name === id);
    if (model === undefined) throw new DomainError('NOT_FOUND');
    return model;
  }

  private async models(request: FastifyRequest, reply: FastifyReply): Promise<readonly ListedModel[]> {
    const key = await this.authentication.authenticate(request);
    this.limit.count(key.apiKeyId, (rate) => showRate(reply, rate));
    return listModels(await this.configurations.current(key, key.apiKeyId));
  }
}
