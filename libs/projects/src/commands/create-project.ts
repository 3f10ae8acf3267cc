import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, DomainError, parseName, validationFailed } from '@app/kernel';
import { CommandRunner } from '@app/event-store';
import { Config, Envelope, newId } from '@app/platform';

import { projectSlugOf } from '../domain/project-slug.js';
import { projectDecider, projectStream } from '../domain/project.decider.js';
import { ProjectQueries } from '../projections/project.queries.js';
import type { ProjectView } from '../projections/project.view.js';

export interface ProjectToCreate {
  readonly name: string;
  /** One of the instance's regions; without it the first one. */
  readonly region?: string;
  readonly description?: string | null;
}

export class CreateProject extends Command<ProjectView> {
  constructor(
    readonly data: ProjectToCreate,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateProject)
export class CreateProjectHandler implements ICommandHandler<CreateProject> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly projects: ProjectQueries,
    private readonly envelope: Envelope,
    private readonly config: Config,
  ) {}

  async execute({ data, context }: CreateProject): Promise<ProjectView> {
    const { organizationId } = context;
    const projectId = newId('prj');
    const name = parseName('name', data.name);
    const project = {
      projectId,
      name,
      slug: projectSlugOf(name, projectId),
      region: this.regionOf(data),
      description: data.description ?? null,
    };

    return this.runner.transaction(context, async (tx) => {
      if (await this.projects.slugTaken(tx.manager, organizationId, project.slug)) throw slugTaken(project.slug);
      await this.envelope.createDataKey(tx.manager, { organizationId, projectId });
      await tx.decide(projectDecider, projectStream(projectId), { type: 'CreateProject', data: project, context });
      return this.projects.get(tx.manager, projectId);
    });
  }

  private regionOf({ region }: ProjectToCreate): string {
    const { regions } = this.config;
    const chosen = region ?? regions[0];
    if (chosen === undefined || !regions.includes(chosen)) {
      throw validationFailed({ field: 'region', problem: `must be one of ${regions.join(', ')}` });
    }
    return chosen;
  }
}

const slugTaken = (slug: string): DomainError =>
  new DomainError('CONFLICT', `A project with the slug "${slug}" exists already: choose another name.`, { slug });
