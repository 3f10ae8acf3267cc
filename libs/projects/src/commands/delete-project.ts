import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '@app/kernel';
import { CommandRunner } from '@app/event-store';
import { showTime } from '@app/platform';

import { projectDecider, type ProjectDeletion, projectStream } from '../domain/project.decider.js';

export interface DeletedProjectView {
  readonly id: string;
  readonly deletedAt: string;
}

/**
 * Closes the project: from the commit on it is unknown to every route and its keys open nothing. What it held stays
 * sealed with its data key until the purge that follows destroys that key, because readers of the events before the
 * deletion may not be through with them.
 */
export class DeleteProject extends Command<DeletedProjectView> {
  constructor(
    readonly data: ProjectDeletion,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteProject)
export class DeleteProjectHandler implements ICommandHandler<DeleteProject> {
  constructor(private readonly runner: CommandRunner) {}

  execute({ data, context }: DeleteProject): Promise<DeletedProjectView> {
    const command = {
      type: 'DeleteProject' as const,
      data: { ...data, confirm: data.confirm.normalize('NFC').trim() },
      context,
    };
    return this.runner.run(projectDecider, projectStream(data.projectId), command, (_, tx) => ({
      id: data.projectId,
      deletedAt: showTime(tx.now),
    }));
  }
}
