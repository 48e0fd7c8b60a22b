import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import tests.pocketflow_model.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import tests.pocketflow_model.generated.PyValues as PyValues
import tests.pocketflow_model.generated.FlowGraph as FlowGraph
import tests.pocketflow_model.generated.Framework as Framework
import tests.pocketflow_model.generated.FlowTasks as FlowTasks

# Module: FlowMachine

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Cost(r):
        if ((r).next_).is_Wait:
            return (1) + (len(((r).next_).more))
        elif ((r).next_).is_Fin:
            return 0
        elif True:
            return 1

    @staticmethod
    def Notes(t, w):
        return _dafny.SeqWithoutIsStrInference([Event_Noted(t, ((w).notes)[d_0_i_]) for d_0_i_ in range(len((w).notes))])

    @staticmethod
    def Last(t, r):
        source0_ = (r).next_
        if True:
            if source0_.is_Call:
                d_0_st_ = source0_.st
                d_1_f_ = ((d_0_st_).top if (d_0_st_).is_Push else Framework.Frame_HandF())
                return Event_Called(t, d_1_f_, (PyValues.Val_VNone() if (d_1_f_).is_HandF else Framework.default__.Params((r).w, (d_1_f_).o)), (0 if (d_1_f_).is_HandF else (Framework.default__.At((r).w, (d_1_f_).o)).tries))
        if True:
            if source0_.is_Wait:
                d_2_more_ = source0_.more
                return Event_Spawned(t, (1) + (len(d_2_more_)))
        if True:
            if source0_.is_Sleep:
                return Event_Paused(t)
        if True:
            if source0_.is_Back:
                d_3_o_ = source0_.o
                return Event_Returned(t, d_3_o_)
        if True:
            d_4_o_ = source0_.o
            return Event_Finished(t, d_4_o_)

    @staticmethod
    def Seen(t, r):
        return (default__.Notes(t, (r).w)) + (_dafny.SeqWithoutIsStrInference([default__.Last(t, r)]))

    @staticmethod
    def Without(m, h):
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: int
            for compr_0_ in (m).keys.Elements:
                d_0_x_: int = compr_0_
                if System_.nat._Is(d_0_x_):
                    if ((d_0_x_) in (m)) and ((d_0_x_) != (h)):
                        coll0_[d_0_x_] = (m)[d_0_x_]
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def PlainStep(s, i):
        pat_let_tv0_ = s
        pat_let_tv1_ = s
        pat_let_tv2_ = s
        pat_let_tv3_ = s
        pat_let_tv4_ = s
        pat_let_tv5_ = s
        pat_let_tv6_ = s
        pat_let_tv7_ = s
        source0_ = i
        if True:
            if source0_.is_Ask:
                d_0_t_ = source0_.t
                d_1_q_ = source0_.q
                def iife0_(_pat_let79_0):
                    def iife1_(d_2_dt__update__tmp_h0_):
                        def iife2_(_pat_let80_0):
                            def iife3_(d_3_dt__update_hnext_h0_):
                                def iife4_(_pat_let81_0):
                                    def iife5_(d_4_dt__update_hopen_h0_):
                                        return Plain_Plain((d_2_dt__update__tmp_h0_).fs, d_4_dt__update_hopen_h0_, d_3_dt__update_hnext_h0_, (d_2_dt__update__tmp_h0_).world)
                                    return iife5_(_pat_let81_0)
                                return iife4_(((pat_let_tv1_).open_).set((pat_let_tv2_).next_, d_1_q_))
                            return iife3_(_pat_let80_0)
                        return iife2_(((pat_let_tv0_).next_) + (1))
                    return iife1_(_pat_let79_0)
                return (iife0_(s), _dafny.SeqWithoutIsStrInference([Event_Granted(d_0_t_, (s).next_, d_1_q_)]))
        if True:
            if source0_.is_Act:
                d_5_t_ = source0_.t
                d_6_h_ = source0_.h
                if (d_6_h_) not in ((s).open_):
                    return (s, _dafny.SeqWithoutIsStrInference([Event_Refused(d_5_t_, d_6_h_)]))
                elif True:
                    def iife6_(_pat_let82_0):
                        def iife7_(d_7_dt__update__tmp_h1_):
                            def iife8_(_pat_let83_0):
                                def iife9_(d_8_dt__update_hworld_h0_):
                                    def iife10_(_pat_let84_0):
                                        def iife11_(d_9_dt__update_hopen_h1_):
                                            return Plain_Plain((d_7_dt__update__tmp_h1_).fs, d_9_dt__update_hopen_h1_, (d_7_dt__update__tmp_h1_).next_, d_8_dt__update_hworld_h0_)
                                        return iife11_(_pat_let84_0)
                                    return iife10_(default__.Without((pat_let_tv5_).open_, d_6_h_))
                                return iife9_(_pat_let83_0)
                            return iife8_(((pat_let_tv3_).world) + (_dafny.SeqWithoutIsStrInference([((pat_let_tv4_).open_)[d_6_h_]])))
                        return iife7_(_pat_let82_0)
                    return (iife6_(s), _dafny.SeqWithoutIsStrInference([Event_Performed(d_5_t_, d_6_h_, ((s).open_)[d_6_h_])]))
        if True:
            if source0_.is_Control:
                d_10_c_ = source0_.c
                d_11_r_ = FlowTasks.default__.React((s).fs, d_10_c_)
                if (d_11_r_).is_None:
                    def iife12_(_pat_let85_0):
                        def iife13_(d_12_dt__update__tmp_h2_):
                            def iife14_(_pat_let86_0):
                                def iife15_(d_13_dt__update_hfs_h0_):
                                    return Plain_Plain(d_13_dt__update_hfs_h0_, (d_12_dt__update__tmp_h2_).open_, (d_12_dt__update__tmp_h2_).next_, (d_12_dt__update__tmp_h2_).world)
                                return iife15_(_pat_let86_0)
                            return iife14_(FlowTasks.default__.Tweak((pat_let_tv6_).fs, d_10_c_))
                        return iife13_(_pat_let85_0)
                    return (iife12_(s), _dafny.SeqWithoutIsStrInference([]))
                elif True:
                    def iife16_(_pat_let87_0):
                        def iife17_(d_14_dt__update__tmp_h3_):
                            def iife18_(_pat_let88_0):
                                def iife19_(d_15_dt__update_hfs_h1_):
                                    return Plain_Plain(d_15_dt__update_hfs_h1_, (d_14_dt__update__tmp_h3_).open_, (d_14_dt__update__tmp_h3_).next_, (d_14_dt__update__tmp_h3_).world)
                                return iife19_(_pat_let88_0)
                            return iife18_(FlowTasks.default__.Apply((pat_let_tv7_).fs, (d_10_c_).t, (d_11_r_).value))
                        return iife17_(_pat_let87_0)
                    return (iife16_(s), default__.Seen((d_10_c_).t, (d_11_r_).value))
        if True:
            d_16_x_ = source0_.i
            return (s, _dafny.SeqWithoutIsStrInference([Event_Changed(d_16_x_)]))

    @staticmethod
    def Patient(s):
        if ((s).patience) == (0):
            d_0_dt__update__tmp_h0_ = s
            d_1_dt__update_hover_h0_ = True
            return Held_Held((d_0_dt__update__tmp_h0_).fs, (d_0_dt__update__tmp_h0_).gate, (d_0_dt__update__tmp_h0_).open_, (d_0_dt__update__tmp_h0_).next_, (d_0_dt__update__tmp_h0_).world, (d_0_dt__update__tmp_h0_).steps, (d_0_dt__update__tmp_h0_).patience, d_1_dt__update_hover_h0_)
        elif True:
            d_2_dt__update__tmp_h1_ = s
            d_3_dt__update_hpatience_h0_ = ((s).patience) - (1)
            return Held_Held((d_2_dt__update__tmp_h1_).fs, (d_2_dt__update__tmp_h1_).gate, (d_2_dt__update__tmp_h1_).open_, (d_2_dt__update__tmp_h1_).next_, (d_2_dt__update__tmp_h1_).world, (d_2_dt__update__tmp_h1_).steps, d_3_dt__update_hpatience_h0_, (d_2_dt__update__tmp_h1_).over)

    @staticmethod
    def Kept(notes, steps):
        if ((len(notes)) > (0)) and (((notes)[(len(notes)) - (1)]).is_Strayed):
            return 0
        elif True:
            return steps

    @staticmethod
    def Halted(r):
        source0_ = (r).next_
        if True:
            if source0_.is_Fin:
                return r
        if True:
            if source0_.is_Back:
                d_0_st_ = source0_.st
                return Framework.Res_Res((r).w, Framework.Next_Back(d_0_st_, Framework.Outcome_Exc(Framework.Exn_Stopped())))
        if True:
            return Framework.default__.Resume((r).w, ((r).next_).st, Framework.Outcome_Exc(Framework.Exn_Stopped()))

    @staticmethod
    def Step(g, s, i):
        pat_let_tv0_ = g
        pat_let_tv1_ = s
        pat_let_tv2_ = i
        pat_let_tv3_ = s
        pat_let_tv4_ = s
        pat_let_tv5_ = s
        pat_let_tv6_ = s
        pat_let_tv7_ = s
        pat_let_tv8_ = s
        pat_let_tv9_ = s
        pat_let_tv10_ = s
        pat_let_tv11_ = s
        pat_let_tv12_ = s
        pat_let_tv13_ = s
        if (i).is_Outside:
            def iife0_(_pat_let89_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let90_0):
                        def iife3_(d_1_dt__update_hgate_h0_):
                            return Held_Held((d_0_dt__update__tmp_h0_).fs, d_1_dt__update_hgate_h0_, (d_0_dt__update__tmp_h0_).open_, (d_0_dt__update__tmp_h0_).next_, (d_0_dt__update__tmp_h0_).world, (d_0_dt__update__tmp_h0_).steps, (d_0_dt__update__tmp_h0_).patience, (d_0_dt__update__tmp_h0_).over)
                        return iife3_(_pat_let90_0)
                    return iife2_((pat_let_tv0_).change((pat_let_tv1_).gate, (pat_let_tv2_).i))
                return iife1_(_pat_let89_0)
            return (iife0_(s), _dafny.SeqWithoutIsStrInference([Event_Changed((i).i)]))
        elif (s).over:
            return (s, _dafny.SeqWithoutIsStrInference([]))
        elif True:
            source0_ = i
            if True:
                if source0_.is_Ask:
                    d_2_t_ = source0_.t
                    d_3_q_ = source0_.q
                    if ((s).steps) == (0):
                        return (default__.Patient(s), _dafny.SeqWithoutIsStrInference([Event_Denied(d_2_t_, d_3_q_)]))
                    elif True:
                        let_tmp_rhs0_ = (g).ask((s).gate, d_3_q_)
                        d_4_w_ = let_tmp_rhs0_[0]
                        d_5_ok_ = let_tmp_rhs0_[1]
                        if not(d_5_ok_):
                            def iife4_(_pat_let91_0):
                                def iife5_(d_6_dt__update__tmp_h1_):
                                    def iife6_(_pat_let92_0):
                                        def iife7_(d_7_dt__update_hgate_h1_):
                                            return Held_Held((d_6_dt__update__tmp_h1_).fs, d_7_dt__update_hgate_h1_, (d_6_dt__update__tmp_h1_).open_, (d_6_dt__update__tmp_h1_).next_, (d_6_dt__update__tmp_h1_).world, (d_6_dt__update__tmp_h1_).steps, (d_6_dt__update__tmp_h1_).patience, (d_6_dt__update__tmp_h1_).over)
                                        return iife7_(_pat_let92_0)
                                    return iife6_(d_4_w_)
                                return iife5_(_pat_let91_0)
                            return (default__.Patient(iife4_(s)), _dafny.SeqWithoutIsStrInference([Event_Denied(d_2_t_, d_3_q_)]))
                        elif True:
                            def iife8_(_pat_let93_0):
                                def iife9_(d_8_dt__update__tmp_h2_):
                                    def iife10_(_pat_let94_0):
                                        def iife11_(d_9_dt__update_hsteps_h0_):
                                            def iife12_(_pat_let95_0):
                                                def iife13_(d_10_dt__update_hnext_h0_):
                                                    def iife14_(_pat_let96_0):
                                                        def iife15_(d_11_dt__update_hopen_h0_):
                                                            def iife16_(_pat_let97_0):
                                                                def iife17_(d_12_dt__update_hgate_h2_):
                                                                    return Held_Held((d_8_dt__update__tmp_h2_).fs, d_12_dt__update_hgate_h2_, d_11_dt__update_hopen_h0_, d_10_dt__update_hnext_h0_, (d_8_dt__update__tmp_h2_).world, d_9_dt__update_hsteps_h0_, (d_8_dt__update__tmp_h2_).patience, (d_8_dt__update__tmp_h2_).over)
                                                                return iife17_(_pat_let97_0)
                                                            return iife16_(d_4_w_)
                                                        return iife15_(_pat_let96_0)
                                                    return iife14_(((pat_let_tv5_).open_).set((pat_let_tv6_).next_, d_3_q_))
                                                return iife13_(_pat_let95_0)
                                            return iife12_(((pat_let_tv4_).next_) + (1))
                                        return iife11_(_pat_let94_0)
                                    return iife10_(((pat_let_tv3_).steps) - (1))
                                return iife9_(_pat_let93_0)
                            return (iife8_(s), _dafny.SeqWithoutIsStrInference([Event_Granted(d_2_t_, (s).next_, d_3_q_)]))
            if True:
                if source0_.is_Act:
                    d_13_t_ = source0_.t
                    d_14_h_ = source0_.h
                    if (d_14_h_) not in ((s).open_):
                        return (default__.Patient(s), _dafny.SeqWithoutIsStrInference([Event_Refused(d_13_t_, d_14_h_)]))
                    elif True:
                        let_tmp_rhs1_ = (g).act((s).gate, d_14_h_)
                        d_15_w_ = let_tmp_rhs1_[0]
                        d_16_ok_ = let_tmp_rhs1_[1]
                        if not(d_16_ok_):
                            def iife18_(_pat_let98_0):
                                def iife19_(d_17_dt__update__tmp_h3_):
                                    def iife20_(_pat_let99_0):
                                        def iife21_(d_18_dt__update_hgate_h3_):
                                            return Held_Held((d_17_dt__update__tmp_h3_).fs, d_18_dt__update_hgate_h3_, (d_17_dt__update__tmp_h3_).open_, (d_17_dt__update__tmp_h3_).next_, (d_17_dt__update__tmp_h3_).world, (d_17_dt__update__tmp_h3_).steps, (d_17_dt__update__tmp_h3_).patience, (d_17_dt__update__tmp_h3_).over)
                                        return iife21_(_pat_let99_0)
                                    return iife20_(d_15_w_)
                                return iife19_(_pat_let98_0)
                            return (default__.Patient(iife18_(s)), _dafny.SeqWithoutIsStrInference([Event_Refused(d_13_t_, d_14_h_)]))
                        elif True:
                            def iife22_(_pat_let100_0):
                                def iife23_(d_19_dt__update__tmp_h4_):
                                    def iife24_(_pat_let101_0):
                                        def iife25_(d_20_dt__update_hworld_h0_):
                                            def iife26_(_pat_let102_0):
                                                def iife27_(d_21_dt__update_hopen_h1_):
                                                    def iife28_(_pat_let103_0):
                                                        def iife29_(d_22_dt__update_hgate_h4_):
                                                            return Held_Held((d_19_dt__update__tmp_h4_).fs, d_22_dt__update_hgate_h4_, d_21_dt__update_hopen_h1_, (d_19_dt__update__tmp_h4_).next_, d_20_dt__update_hworld_h0_, (d_19_dt__update__tmp_h4_).steps, (d_19_dt__update__tmp_h4_).patience, (d_19_dt__update__tmp_h4_).over)
                                                        return iife29_(_pat_let103_0)
                                                    return iife28_(d_15_w_)
                                                return iife27_(_pat_let102_0)
                                            return iife26_(default__.Without((pat_let_tv9_).open_, d_14_h_))
                                        return iife25_(_pat_let101_0)
                                    return iife24_(((pat_let_tv7_).world) + (_dafny.SeqWithoutIsStrInference([((pat_let_tv8_).open_)[d_14_h_]])))
                                return iife23_(_pat_let100_0)
                            return (iife22_(s), _dafny.SeqWithoutIsStrInference([Event_Performed(d_13_t_, d_14_h_, ((s).open_)[d_14_h_])]))
            if True:
                d_23_c_ = source0_.c
                d_24_r_ = FlowTasks.default__.React((s).fs, d_23_c_)
                if (d_24_r_).is_None:
                    def iife30_(_pat_let104_0):
                        def iife31_(d_25_dt__update__tmp_h5_):
                            def iife32_(_pat_let105_0):
                                def iife33_(d_26_dt__update_hfs_h0_):
                                    return Held_Held(d_26_dt__update_hfs_h0_, (d_25_dt__update__tmp_h5_).gate, (d_25_dt__update__tmp_h5_).open_, (d_25_dt__update__tmp_h5_).next_, (d_25_dt__update__tmp_h5_).world, (d_25_dt__update__tmp_h5_).steps, (d_25_dt__update__tmp_h5_).patience, (d_25_dt__update__tmp_h5_).over)
                                return iife33_(_pat_let105_0)
                            return iife32_(FlowTasks.default__.Tweak((pat_let_tv10_).fs, d_23_c_))
                        return iife31_(_pat_let104_0)
                    return (iife30_(s), _dafny.SeqWithoutIsStrInference([]))
                elif (default__.Cost((d_24_r_).value)) <= ((s).steps):
                    def iife34_(_pat_let106_0):
                        def iife35_(d_27_dt__update__tmp_h6_):
                            def iife36_(_pat_let107_0):
                                def iife37_(d_28_dt__update_hsteps_h1_):
                                    def iife38_(_pat_let108_0):
                                        def iife39_(d_29_dt__update_hfs_h1_):
                                            return Held_Held(d_29_dt__update_hfs_h1_, (d_27_dt__update__tmp_h6_).gate, (d_27_dt__update__tmp_h6_).open_, (d_27_dt__update__tmp_h6_).next_, (d_27_dt__update__tmp_h6_).world, d_28_dt__update_hsteps_h1_, (d_27_dt__update__tmp_h6_).patience, (d_27_dt__update__tmp_h6_).over)
                                        return iife39_(_pat_let108_0)
                                    return iife38_(FlowTasks.default__.Apply((pat_let_tv12_).fs, (d_23_c_).t, (d_24_r_).value))
                                return iife37_(_pat_let107_0)
                            return iife36_(default__.Kept((((d_24_r_).value).w).notes, ((pat_let_tv11_).steps) - (default__.Cost((d_24_r_).value))))
                        return iife35_(_pat_let106_0)
                    return (iife34_(s), default__.Seen((d_23_c_).t, (d_24_r_).value))
                elif True:
                    d_30_h_ = default__.Halted((d_24_r_).value)
                    def iife40_(_pat_let109_0):
                        def iife41_(d_31_dt__update__tmp_h7_):
                            def iife42_(_pat_let110_0):
                                def iife43_(d_32_dt__update_hsteps_h2_):
                                    def iife44_(_pat_let111_0):
                                        def iife45_(d_33_dt__update_hfs_h2_):
                                            return Held_Held(d_33_dt__update_hfs_h2_, (d_31_dt__update__tmp_h7_).gate, (d_31_dt__update__tmp_h7_).open_, (d_31_dt__update__tmp_h7_).next_, (d_31_dt__update__tmp_h7_).world, d_32_dt__update_hsteps_h2_, (d_31_dt__update__tmp_h7_).patience, (d_31_dt__update__tmp_h7_).over)
                                        return iife45_(_pat_let111_0)
                                    return iife44_(FlowTasks.default__.Apply((pat_let_tv13_).fs, (d_23_c_).t, d_30_h_))
                                return iife43_(_pat_let110_0)
                            return iife42_(0)
                        return iife41_(_pat_let109_0)
                    return (default__.Patient(iife40_(s)), (default__.Notes((d_23_c_).t, ((d_24_r_).value).w)) + (_dafny.SeqWithoutIsStrInference([Event_Stopping((d_23_c_).t), default__.Last((d_23_c_).t, d_30_h_)])))

    @staticmethod
    def PlainStart(fs):
        return Plain_Plain(fs, _dafny.Map({}), 0, _dafny.SeqWithoutIsStrInference([]))

    @staticmethod
    def Start(fs, gate, steps, patience):
        return Held_Held(fs, gate, _dafny.Map({}), 0, _dafny.SeqWithoutIsStrInference([]), steps, patience, False)

    @staticmethod
    def PlainRun(s, ins):
        if (len(ins)) == (0):
            return (s, _dafny.SeqWithoutIsStrInference([]))
        elif True:
            d_0_x_ = default__.PlainStep(s, (ins)[0])
            d_1_y_ = default__.PlainRun((d_0_x_)[0], _dafny.SeqWithoutIsStrInference((ins)[1::]))
            return ((d_1_y_)[0], ((d_0_x_)[1]) + ((d_1_y_)[1]))

    @staticmethod
    def Run(g, s, ins):
        if (len(ins)) == (0):
            return (s, _dafny.SeqWithoutIsStrInference([]))
        elif True:
            d_0_x_ = default__.Step(g, s, (ins)[0])
            d_1_y_ = default__.Run(g, (d_0_x_)[0], _dafny.SeqWithoutIsStrInference((ins)[1::]))
            return ((d_1_y_)[0], ((d_0_x_)[1]) + ((d_1_y_)[1]))


class Gate:
    @classmethod
    def default(cls, default_W):
        return lambda: Gate_Gate((lambda x0, x1: (default_W(), False)), (lambda x2, x3: (default_W(), False)), (lambda x4, x5: default_W()))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Gate(self) -> bool:
        return isinstance(self, Gate_Gate)

class Gate_Gate(Gate, NamedTuple('Gate', [('ask', Any), ('act', Any), ('change', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Gate.Gate({_dafny.string_of(self.ask)}, {_dafny.string_of(self.act)}, {_dafny.string_of(self.change)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Gate_Gate) and self.ask == __o.ask and self.act == __o.act and self.change == __o.change
    def __hash__(self) -> int:
        return super().__hash__()


class Input:
    @classmethod
    def default(cls, ):
        return lambda: Input_Act(int(0), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Ask(self) -> bool:
        return isinstance(self, Input_Ask)
    @property
    def is_Act(self) -> bool:
        return isinstance(self, Input_Act)
    @property
    def is_Control(self) -> bool:
        return isinstance(self, Input_Control)
    @property
    def is_Outside(self) -> bool:
        return isinstance(self, Input_Outside)

class Input_Ask(Input, NamedTuple('Ask', [('t', Any), ('q', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Input.Ask({_dafny.string_of(self.t)}, {_dafny.string_of(self.q)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Input_Ask) and self.t == __o.t and self.q == __o.q
    def __hash__(self) -> int:
        return super().__hash__()

class Input_Act(Input, NamedTuple('Act', [('t', Any), ('h', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Input.Act({_dafny.string_of(self.t)}, {_dafny.string_of(self.h)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Input_Act) and self.t == __o.t and self.h == __o.h
    def __hash__(self) -> int:
        return super().__hash__()

class Input_Control(Input, NamedTuple('Control', [('c', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Input.Control({_dafny.string_of(self.c)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Input_Control) and self.c == __o.c
    def __hash__(self) -> int:
        return super().__hash__()

class Input_Outside(Input, NamedTuple('Outside', [('i', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Input.Outside({_dafny.string_of(self.i)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Input_Outside) and self.i == __o.i
    def __hash__(self) -> int:
        return super().__hash__()


class Event:
    @classmethod
    def default(cls, ):
        return lambda: Event_Called(int(0), Framework.Frame.default()(), PyValues.Val.default()(), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Called(self) -> bool:
        return isinstance(self, Event_Called)
    @property
    def is_Returned(self) -> bool:
        return isinstance(self, Event_Returned)
    @property
    def is_Spawned(self) -> bool:
        return isinstance(self, Event_Spawned)
    @property
    def is_Paused(self) -> bool:
        return isinstance(self, Event_Paused)
    @property
    def is_Finished(self) -> bool:
        return isinstance(self, Event_Finished)
    @property
    def is_Noted(self) -> bool:
        return isinstance(self, Event_Noted)
    @property
    def is_Stopping(self) -> bool:
        return isinstance(self, Event_Stopping)
    @property
    def is_Granted(self) -> bool:
        return isinstance(self, Event_Granted)
    @property
    def is_Denied(self) -> bool:
        return isinstance(self, Event_Denied)
    @property
    def is_Performed(self) -> bool:
        return isinstance(self, Event_Performed)
    @property
    def is_Refused(self) -> bool:
        return isinstance(self, Event_Refused)
    @property
    def is_Changed(self) -> bool:
        return isinstance(self, Event_Changed)

class Event_Called(Event, NamedTuple('Called', [('t', Any), ('f', Any), ('params', Any), ('tries', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Called({_dafny.string_of(self.t)}, {_dafny.string_of(self.f)}, {_dafny.string_of(self.params)}, {_dafny.string_of(self.tries)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Called) and self.t == __o.t and self.f == __o.f and self.params == __o.params and self.tries == __o.tries
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Returned(Event, NamedTuple('Returned', [('t', Any), ('o', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Returned({_dafny.string_of(self.t)}, {_dafny.string_of(self.o)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Returned) and self.t == __o.t and self.o == __o.o
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Spawned(Event, NamedTuple('Spawned', [('t', Any), ('count', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Spawned({_dafny.string_of(self.t)}, {_dafny.string_of(self.count)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Spawned) and self.t == __o.t and self.count == __o.count
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Paused(Event, NamedTuple('Paused', [('t', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Paused({_dafny.string_of(self.t)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Paused) and self.t == __o.t
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Finished(Event, NamedTuple('Finished', [('t', Any), ('o', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Finished({_dafny.string_of(self.t)}, {_dafny.string_of(self.o)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Finished) and self.t == __o.t and self.o == __o.o
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Noted(Event, NamedTuple('Noted', [('t', Any), ('note', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Noted({_dafny.string_of(self.t)}, {_dafny.string_of(self.note)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Noted) and self.t == __o.t and self.note == __o.note
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Stopping(Event, NamedTuple('Stopping', [('t', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Stopping({_dafny.string_of(self.t)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Stopping) and self.t == __o.t
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Granted(Event, NamedTuple('Granted', [('t', Any), ('h', Any), ('q', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Granted({_dafny.string_of(self.t)}, {_dafny.string_of(self.h)}, {_dafny.string_of(self.q)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Granted) and self.t == __o.t and self.h == __o.h and self.q == __o.q
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Denied(Event, NamedTuple('Denied', [('t', Any), ('q', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Denied({_dafny.string_of(self.t)}, {_dafny.string_of(self.q)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Denied) and self.t == __o.t and self.q == __o.q
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Performed(Event, NamedTuple('Performed', [('t', Any), ('h', Any), ('q', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Performed({_dafny.string_of(self.t)}, {_dafny.string_of(self.h)}, {_dafny.string_of(self.q)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Performed) and self.t == __o.t and self.h == __o.h and self.q == __o.q
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Refused(Event, NamedTuple('Refused', [('t', Any), ('h', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Refused({_dafny.string_of(self.t)}, {_dafny.string_of(self.h)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Refused) and self.t == __o.t and self.h == __o.h
    def __hash__(self) -> int:
        return super().__hash__()

class Event_Changed(Event, NamedTuple('Changed', [('i', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Event.Changed({_dafny.string_of(self.i)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Event_Changed) and self.i == __o.i
    def __hash__(self) -> int:
        return super().__hash__()


class Plain:
    @classmethod
    def default(cls, ):
        return lambda: Plain_Plain(FlowTasks.FState.default()(), _dafny.Map({}), int(0), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Plain(self) -> bool:
        return isinstance(self, Plain_Plain)

class Plain_Plain(Plain, NamedTuple('Plain', [('fs', Any), ('open_', Any), ('next_', Any), ('world', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Plain.Plain({_dafny.string_of(self.fs)}, {_dafny.string_of(self.open_)}, {_dafny.string_of(self.next_)}, {_dafny.string_of(self.world)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Plain_Plain) and self.fs == __o.fs and self.open_ == __o.open_ and self.next_ == __o.next_ and self.world == __o.world
    def __hash__(self) -> int:
        return super().__hash__()


class Held:
    @classmethod
    def default(cls, default_W):
        return lambda: Held_Held(FlowTasks.FState.default()(), default_W(), _dafny.Map({}), int(0), _dafny.Seq({}), int(0), int(0), False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Held(self) -> bool:
        return isinstance(self, Held_Held)

class Held_Held(Held, NamedTuple('Held', [('fs', Any), ('gate', Any), ('open_', Any), ('next_', Any), ('world', Any), ('steps', Any), ('patience', Any), ('over', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowMachine.Held.Held({_dafny.string_of(self.fs)}, {_dafny.string_of(self.gate)}, {_dafny.string_of(self.open_)}, {_dafny.string_of(self.next_)}, {_dafny.string_of(self.world)}, {_dafny.string_of(self.steps)}, {_dafny.string_of(self.patience)}, {_dafny.string_of(self.over)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Held_Held) and self.fs == __o.fs and self.gate == __o.gate and self.open_ == __o.open_ and self.next_ == __o.next_ and self.world == __o.world and self.steps == __o.steps and self.patience == __o.patience and self.over == __o.over
    def __hash__(self) -> int:
        return super().__hash__()

