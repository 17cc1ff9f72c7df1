// Refuses recipients whose mailbox is closed.

/** @type {import('./mta').Script} */
export default {
  name: '@name@',
  api: 1,
  config: { closed: ['nobody'] },

  reception: {
    rcpt(tx, recipient) {
      const name = recipient.address().localPart().toLowerCase();
      if (mta.config('closed').includes(name)) {
        return '550 5.2.1 This mailbox is closed';
      }
      // nothing: no opinion, others decide
    },
  },
};
