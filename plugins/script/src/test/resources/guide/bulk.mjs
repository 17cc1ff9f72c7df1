export default {
  name: 'bulk',
  api: 1,

  routing: {
    place(message, placement, cause) {
      if (message.headers().first('Precedence') === 'bulk') {
        placement.campaign('bulk').priority(9).expires(mta.after('1d'));
      }
    },
    seal(message) { // the last change: here signatures are made
      message.headers().prepend(mta.header('X-Sealed', message.id()));
    },
    split(message) {
      const all = message.envelope().recipients();
      return all.length < 100 ? null : all.map(one => [one]);
    },
  },
};
