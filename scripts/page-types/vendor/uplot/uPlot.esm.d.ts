import uPlot = require("uplot");
export default uPlot;
