import { type OrganizationId, uuidOf } from '@app/kernel';
import { showTime } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { OrganizationReadModel } from './organization.read-model.js';

export interface ShownOrganization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly slug: string;
  readonly createdAt: string;
  readonly version: number;
}

/** Reads an organization within one of its transactions. */
@Injectable()
export class OrganizationQueries {
  async find(tx: EntityManager, organizationId: OrganizationId): Promise<ShownOrganization | null> {
    const row = await tx.findOneBy(OrganizationReadModel, { organizationId: uuidOf(organizationId) });
    if (row === null) return null;
    const { name, slug, createdAt, version } = row;
    return { id: organizationId, name, slug, createdAt: showTime(createdAt), version };
  }
}
