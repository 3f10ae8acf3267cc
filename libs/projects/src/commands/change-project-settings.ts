import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '@app/kernel';
import { CommandRunner } from '@app/event-store';

import { liveProject, projectDecider, type ProjectSettingsChange, projectStream } from '../domain/project.decider.js';
import { type ProjectSettingsView, settingsViewOf } from '../projections/project.view.js';

export class ChangeProjectSettings extends Command<ProjectSettingsView> {
  constructor(
    readonly data: ProjectSettingsChange,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeProjectSettings)
export class ChangeProjectSettingsHandler implements ICommandHandler<ChangeProjectSettings> {
  constructor(private readonly runner: CommandRunner) {}

  execute({ data, context }: ChangeProjectSettings): Promise<ProjectSettingsView> {
    const command = { type: 'ChangeProjectSettings' as const, data, context };
    return this.runner.run(projectDecider, projectStream(data.projectId), command, ({ state, version }) =>
      settingsViewOf(liveProject(state).settings, version),
    );
  }
}
