export default {
    name: 'look',
    api: 1,
    reception: {
        rcpt(tx, recipient) {
            const address = recipient.address();
            if (address.domain() === 'closed.example' || address.localPart() === '') {
                return '550 5.7.1 closed';
            }
        },
    },
};
