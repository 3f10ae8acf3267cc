/** NOTIFY channel that wakes the readers of the event feed. It carries nothing: whoever wakes reads the feed. */
export const FEED_CHANNEL = 'event_feed';
