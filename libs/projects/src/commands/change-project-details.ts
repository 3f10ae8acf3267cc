import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, parseName } from '@app/kernel';
import { CommandRunner } from '@app/event-store';

import { type ProjectDetailsChange, projectDecider, projectStream } from '../domain/project.decider.js';
import { ProjectQueries } from '../projections/project.queries.js';
import type { ProjectView } from '../projections/project.view.js';

export class ChangeProjectDetails extends Command<ProjectView> {
  constructor(
    readonly data: ProjectDetailsChange,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeProjectDetails)
export class ChangeProjectDetailsHandler implements ICommandHandler<ChangeProjectDetails> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly projects: ProjectQueries,
  ) {}

  async execute({ data, context }: ChangeProjectDetails): Promise<ProjectView> {
    const change = { ...data, ...(data.name !== undefined && { name: parseName('name', data.name) }) };
    const command = { type: 'ChangeProjectDetails' as const, data: change, context };
    return this.runner.run(projectDecider, projectStream(data.projectId), command, (_, tx) =>
      this.projects.get(tx.manager, data.projectId),
    );
  }
}
