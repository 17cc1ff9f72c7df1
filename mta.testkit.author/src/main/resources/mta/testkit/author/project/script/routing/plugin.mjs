// Takes a message's campaign from a header field.

/** @type {import('./mta').Script} */
export default {
  name: '@name@',
  api: 1,
  config: { field: 'X-Campaign' },

  routing: {
    place(message, placement) {
      const campaign = message.headers().first(mta.config('field'));
      if (campaign !== null) {
        placement.campaign(campaign);
      }
    },
  },
};
