import { DomainError } from '@app/kernel';
import { QueryFailedError } from 'typeorm';

import { publicErrorOf } from './database-failure.js';

const withCode = (code: string): Error =>
  Object.assign(new Error('quotes the row: (acme)'), { code, severity: 'ERROR' });
const wrapped = (error: Error): Error => new QueryFailedError('insert …', [], error);

describe('the public error of a failed transaction', () => {
  it.each([
    ...['08006', '53300', '57P01', '57P03', '57014', '58030', '55P03', '40001', '40P01', '25P03'].map(withCode),
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].map(withCode),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    new Error('Client was closed and is not queryable'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('timeout exceeded when trying to connect'),
  ])('is SERVICE_UNAVAILABLE when a retry may succeed: %p', (error) => {
    const expected = expect.objectContaining({ code: 'SERVICE_UNAVAILABLE', message: 'The database does not answer' });
    expect(publicErrorOf(error)).toEqual(expected);
    expect(publicErrorOf(wrapped(error))).toEqual(expected);
  });

  it.each(['23505', '23P01'])('is CONFLICT when a unique read model refuses (%s)', (code) => {
    expect(publicErrorOf(wrapped(withCode(code)))).toEqual(new DomainError('CONFLICT'));
  });

  it('is VALIDATION_FAILED for a value the database cannot hold', () => {
    expect(publicErrorOf(wrapped(withCode('22021')))).toEqual(new DomainError('VALIDATION_FAILED'));
  });

  it.each([new DomainError('NOT_FOUND'), withCode('42601'), new TypeError('a defect'), 'text', null])(
    'hands on what it does not know as it is: %p',
    (error) => expect(publicErrorOf(error)).toBe(error),
  );
});
