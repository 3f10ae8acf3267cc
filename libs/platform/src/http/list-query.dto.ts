import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Query of every list. */
export class ListQuery {
  /**
   * Rows to answer with, 1 to 200.
   * @example 50
   */
  @IsOptional()
  @Type(() => Number)
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
