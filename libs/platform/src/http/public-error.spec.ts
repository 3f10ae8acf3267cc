import { BadRequestException, ForbiddenException, HttpException } from '@nestjs/common';
import { DomainError } from '@app/kernel';
import { QueryFailedError } from 'typeorm';

import { publicError } from './public-error.js';

const ofPostgres = (code: string): Error =>
  new QueryFailedError('select planted', [], Object.assign(new Error('planted'), { code, severity: 'ERROR' }));

describe('publicError', () => {
  it('keeps a DomainError, also inside another error', () => {
    const refusal = new DomainError('CONFLICT', 'taken');
    expect(publicError(refusal)).toBe(refusal);
    expect(publicError(new Error('planted', { cause: refusal }))).toBe(refusal);
  });

  it.each([
    ['08006', 'SERVICE_UNAVAILABLE'],
    ['28P01', 'SERVICE_UNAVAILABLE'],
    ['3D000', 'SERVICE_UNAVAILABLE'],
    ['40001', 'SERVICE_UNAVAILABLE'],
    ['40P01', 'SERVICE_UNAVAILABLE'],
    ['53300', 'SERVICE_UNAVAILABLE'],
    ['55P03', 'SERVICE_UNAVAILABLE'],
    ['57014', 'SERVICE_UNAVAILABLE'],
    ['57P01', 'SERVICE_UNAVAILABLE'],
    ['58030', 'SERVICE_UNAVAILABLE'],
    ['25006', 'SERVICE_UNAVAILABLE'],
    ['22021', 'VALIDATION_FAILED'],
    ['22P02', 'VALIDATION_FAILED'],
    ['23505', 'CONFLICT'],
    ['23503', 'INTERNAL_ERROR'],
    ['42501', 'INTERNAL_ERROR'],
    ['42P01', 'INTERNAL_ERROR'],
  ])('turns SQLSTATE %s into %s without its text', (state, code) => {
    const error = publicError(ofPostgres(state));
    const sentence = code === 'SERVICE_UNAVAILABLE' ? 'The database does not answer' : code;
    expect([error.code, error.message, error.details]).toEqual([code, sentence, {}]);
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Client has encountered a connection error and is not queryable'),
  ])('turns a lost database into SERVICE_UNAVAILABLE: %s', (error) => {
    expect(publicError(error).code).toBe('SERVICE_UNAVAILABLE');
  });

  it.each([
    [new BadRequestException('planted'), 'VALIDATION_FAILED'],
    [new ForbiddenException('planted'), 'INSUFFICIENT_PERMISSIONS'],
    [new HttpException('planted', 413), 'BODY_TOO_LARGE'],
    [new HttpException('planted', 418), 'VALIDATION_FAILED'],
    [new HttpException('planted', 502), 'INTERNAL_ERROR'],
    [Object.assign(new Error('planted'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'BODY_TOO_LARGE'],
    [Object.assign(new Error('planted'), { code: 'FST_ERR_UNKNOWN', statusCode: 500 }), 'INTERNAL_ERROR'],
    [new Error('planted'), 'INTERNAL_ERROR'],
    [new TypeError('planted'), 'INTERNAL_ERROR'],
    ['planted', 'INTERNAL_ERROR'],
    [undefined, 'INTERNAL_ERROR'],
  ])('shows nothing of %s but %s', (cause, code) => {
    const error = publicError(cause);
    expect([error.code, error.message]).toEqual([code, code]);
  });

  it('ends on a chain of causes that is a ring', () => {
    const ring = new Error('a');
    ring.cause = ring;
    expect(publicError(ring).code).toBe('INTERNAL_ERROR');
  });
});
