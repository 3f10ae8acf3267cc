import { IfGiven, type Page } from '@app/platform';
import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Equals, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';

import type { ProjectToCreate } from '../commands/create-project.js';
import type { DeletedProjectView } from '../commands/delete-project.js';
import type { ProjectDeletion, ProjectDetailsChange } from '../domain/project.decider.js';
import type { ProjectView } from '../projections/project.view.js';

/** Line breaks and tabs are fine; other controls and halves of characters are not. */
const PROSE = /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u;

export class CreateProjectRequest implements ProjectToCreate {
  /**
   * Name for people, 1 to 100 characters. The slug is made of it and must be free in the organization.
   * @example "Support bot"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /**
   * Where the project's data is placed: one of the instance's regions, by default the first. It can never be changed.
   * @example "us-east-1"
   */
  @IfGiven()
  @IsString()
  region?: string;

  /**
   * What the project is for, at most 500 characters.
   * @example "Answers the questions of our customers"
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(PROSE, { message: '$property must not contain control characters' })
  description?: string | null;
}

export class UpdateProjectRequest implements Omit<ProjectDetailsChange, 'projectId'> {
  /**
   * New name, 1 to 100 characters. The slug stays, it stands in links.
   * @example "Support bot for Europe"
   */
  @IfGiven()
  @IsString()
  @Length(1, 100)
  name?: string;

  /**
   * New description, at most 500 characters; `null` takes it away.
   * @example "Answers the questions of our customers in Europe"
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(PROSE, { message: '$property must not contain control characters' })
  description?: string | null;

  @ApiHideProperty()
  @Equals(undefined, { message: '$property of a project cannot be changed' })
  region?: undefined;
}

export class DeleteProjectRequest implements Omit<ProjectDeletion, 'projectId'> {
  /**
   * The project's present name, typed to confirm.
   * @example "Support bot"
   */
  @IsString()
  confirm: string;
}

export class ProjectResponse implements ProjectView {
  /**
   * Id of the project.
   * @example "prj_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * Organization the project belongs to.
   * @example "org_01h455vb4pex5vsknk084sn02q"
   */
  organizationId: string;

  /**
   * Name for people.
   * @example "Support bot"
   */
  name: string;

  /**
   * Name for links, unique among the organization's projects.
   * @example "support-bot"
   */
  slug: string;

  /**
   * Where the project's data is placed.
   * @example "us-east-1"
   */
  region: string;

  /**
   * What the project is for.
   * @example "Answers the questions of our customers"
   */
  description: string | null;

  /**
   * RFC 3339, UTC.
   * @example "2026-11-20T12:00:00.000Z"
   */
  createdAt: string;
}

export class ProjectPage implements Page<ProjectResponse> {
  /** Newest first. */
  @ApiProperty({ type: [ProjectResponse] })
  data: readonly ProjectResponse[];

  /** Cursor of the next page; `null` on the last one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor: string | null;
}

export class DeletedProjectResponse implements DeletedProjectView {
  /**
   * Id of the project; every route answers 404 for it from now on.
   * @example "prj_01h455vb4pex5vsknk084sn02q"
   */
  id: string;

  /**
   * RFC 3339, UTC.
   * @example "2026-11-20T12:00:00.000Z"
   */
  deletedAt: string;
}
