/**
 * The closed list of `security definer` functions: all that may see many tenants, each owned by one of three roles that
 * hold just the grants it needs. They return ids, states and numbers, no content. A test compares the list with the
 * catalogue of a migrated database.
 */
export const definerFunctions: Readonly<Record<'gw_admission' | 'gw_feed' | 'gw_lookup', readonly string[]>> = {
  gw_admission: [
    'admit_calls',
    'beat_gateway_node',
    'correct_calls',
    'ensure_request_days',
    'expire_calls',
    'gateway_heartbeats',
    'register_gateway_node',
    'remove_gateway_node',
    'settle_calls',
  ],
  gw_feed: ['current_epoch', 'read_event_feed', 'read_request_feed'],
  gw_lookup: [
    'data_keys_by_kek',
    'data_keys_to_rewrap',
    'find_api_key',
    'find_memberships',
    'find_project',
    'find_projects',
    'find_reach',
    'find_session',
  ],
};
