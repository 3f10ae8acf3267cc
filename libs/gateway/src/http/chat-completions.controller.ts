import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse } from '@nestjs/swagger';
import { MayFail, RuntimeRoute } from '@app/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ChatCalls } from '../call/chat-calls.js';
import { ChatCompletionRequest, ChatCompletionResponse } from './chat-completions.dto.js';

@Controller('v1/chat/completions')
@RuntimeRoute()
export class ChatCompletionsController {
  constructor(private readonly calls: ChatCalls) {}

  /**
   * Complete a chat
   * @remarks OpenAI's chat completions, for every connected provider. With `stream: true` the answer is a stream of server-sent events; a failure after its beginning is its last event, without `[DONE]`.
   */
  @Post()
  @HttpCode(200)
  @ApiBody({ type: ChatCompletionRequest })
  @ApiOkResponse({ type: ChatCompletionResponse })
  @MayFail(
    'PROVIDER_NOT_CONFIGURED',
    'MODEL_NOT_FOUND',
    'UNPRICED_MODEL',
    'SPEND_CAP_REACHED',
    'INSUFFICIENT_PERMISSIONS',
    'RATE_LIMIT_EXCEEDED',
    'PROVIDER_REJECTED',
    'PROVIDER_RATE_LIMITED',
    'PROVIDER_ERROR',
    'PROVIDER_TIMEOUT',
    'SERVICE_UNAVAILABLE',
  )
  create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.calls.answer(request, reply);
  }
}
