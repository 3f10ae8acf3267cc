import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** `1e2`, `0x10` and ` 5` are numbers to JavaScript, not to a reader of the documents. */
const DECIMAL = /^[1-9]\d{0,8}$/;
const wholeNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;

/** Query of every list. */
export class ListQuery {
  /**
   * Rows to answer with, 1 to 200.
   * @example 50
   */
  @IsOptional()
  @Transform(wholeNumber)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  cursor?: string;
}
