(function () { "use strict"; const T = window.teleward = window.teleward || {}; T.bed = { mount() {}, unmount() {} }; })();
