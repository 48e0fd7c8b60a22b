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

# Module: FlowTasks

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def CanRun(w, st, n, sync):
        return ((((n) < (len((w).graph))) and ((st).is_Push)) and (not(((st).top).is_HandF))) and ((sync) or ((((FlowGraph.default__.IsAsync((((w).graph)[n]).kind)) and (not(((st).top).sync))) and (not((((st).top).is_NodeF) and ((((st).top).at).is_Pull)))) and (not((((st).top).is_FlowF) and ((((st).top).fat).is_FPull)))))

    @staticmethod
    def React(fs, i):
        if (((i).is_FRewire) or ((i).is_FAssignTo)) or (((i).t) >= (len((fs).tasks))):
            return PyValues.Option_None()
        elif True:
            d_0_k_ = ((fs).tasks)[(i).t]
            source0_ = i
            if True:
                if source0_.is_FRet:
                    d_1_t_ = source0_.t
                    d_2_v_ = source0_.v
                    if (d_0_k_).is_AtBody:
                        return PyValues.Option_Some(Framework.default__.Resume((fs).w, (d_0_k_).st, Framework.default__.Really((fs).w, (d_0_k_).st, Framework.Outcome_Ret(d_2_v_))))
                    elif True:
                        return PyValues.Option_None()
            if True:
                if source0_.is_FRaise:
                    d_3_t_ = source0_.t
                    d_4_e_ = source0_.e
                    if (d_0_k_).is_AtBody:
                        return PyValues.Option_Some(Framework.default__.Resume((fs).w, (d_0_k_).st, Framework.default__.Really((fs).w, (d_0_k_).st, Framework.Outcome_Exc(d_4_e_))))
                    elif True:
                        return PyValues.Option_None()
            if True:
                if source0_.is_FStart:
                    d_5_t_ = source0_.t
                    if (d_0_k_).is_Fresh:
                        return PyValues.Option_Some(Framework.default__.StartWork((fs).w, (d_0_k_).work))
                    elif True:
                        return PyValues.Option_None()
            if True:
                if source0_.is_FWake:
                    d_6_t_ = source0_.t
                    if ((d_0_k_).is_Waiting) and (((d_0_k_).res).is_Some):
                        return PyValues.Option_Some(Framework.default__.Resume((fs).w, (d_0_k_).st, ((d_0_k_).res).value))
                    elif True:
                        return PyValues.Option_None()
            if True:
                if source0_.is_FCancel:
                    d_7_t_ = source0_.t
                    d_8_hard_ = source0_.hard
                    if (d_0_k_).is_Fresh:
                        return PyValues.Option_Some(Framework.Res_Res((fs).w, Framework.Next_Fin(Framework.Outcome_Exc(Framework.Exn_Cancelled()))))
                    elif True:
                        return PyValues.Option_None()
            if True:
                if source0_.is_FRun:
                    d_9_t_ = source0_.t
                    d_10_n_ = source0_.n
                    d_11_sync_ = source0_.sync
                    if ((d_0_k_).is_AtBody) and (default__.CanRun((fs).w, (d_0_k_).st, d_10_n_, d_11_sync_)):
                        return PyValues.Option_Some(Framework.default__.Begin((fs).w, d_10_n_, d_11_sync_, Framework.Stack_Push(Framework.Frame_HandF(), (d_0_k_).st)))
                    elif True:
                        return PyValues.Option_None()
            if True:
                return PyValues.Option_None()

    @staticmethod
    def Assign(w, o, attr):
        pat_let_tv0_ = w
        source0_ = attr
        if True:
            if source0_.is_Retries:
                d_0_n_ = source0_.n
                def iife0_(_pat_let56_0):
                    def iife1_(d_1_dt__update__tmp_h0_):
                        def iife2_(_pat_let57_0):
                            def iife3_(d_2_dt__update_hretries_h0_):
                                return FlowGraph.Obj_Obj((d_1_dt__update__tmp_h0_).cell, d_2_dt__update_hretries_h0_, (d_1_dt__update__tmp_h0_).wait, (d_1_dt__update__tmp_h0_).start, (d_1_dt__update__tmp_h0_).tries)
                            return iife3_(_pat_let57_0)
                        return iife2_(d_0_n_)
                    return iife1_(_pat_let56_0)
                return Framework.default__.With(w, o, iife0_(Framework.default__.At(w, o)))
        if True:
            if source0_.is_Pause:
                d_3_n_ = source0_.n
                def iife4_(_pat_let58_0):
                    def iife5_(d_4_dt__update__tmp_h1_):
                        def iife6_(_pat_let59_0):
                            def iife7_(d_5_dt__update_hwait_h0_):
                                return FlowGraph.Obj_Obj((d_4_dt__update__tmp_h1_).cell, (d_4_dt__update__tmp_h1_).retries, d_5_dt__update_hwait_h0_, (d_4_dt__update__tmp_h1_).start, (d_4_dt__update__tmp_h1_).tries)
                            return iife7_(_pat_let59_0)
                        return iife6_(d_3_n_)
                    return iife5_(_pat_let58_0)
                return Framework.default__.With(w, o, iife4_(Framework.default__.At(w, o)))
        if True:
            if source0_.is_Begins:
                d_6_start_ = source0_.start
                def iife8_(_pat_let60_0):
                    def iife9_(d_7_dt__update__tmp_h2_):
                        def iife10_(_pat_let61_0):
                            def iife11_(d_8_dt__update_hstart_h0_):
                                return FlowGraph.Obj_Obj((d_7_dt__update__tmp_h2_).cell, (d_7_dt__update__tmp_h2_).retries, (d_7_dt__update__tmp_h2_).wait, d_8_dt__update_hstart_h0_, (d_7_dt__update__tmp_h2_).tries)
                            return iife11_(_pat_let61_0)
                        return iife10_(d_6_start_)
                    return iife9_(_pat_let60_0)
                return Framework.default__.With(w, o, iife8_(Framework.default__.At(w, o)))
        if True:
            d_9_params_ = source0_.params
            if (d_9_params_).is_VDict:
                def iife12_(_pat_let62_0):
                    def iife13_(d_10_dt__update__tmp_h3_):
                        def iife14_(_pat_let63_0):
                            def iife15_(d_11_dt__update_hcell_h0_):
                                return FlowGraph.Obj_Obj(d_11_dt__update_hcell_h0_, (d_10_dt__update__tmp_h3_).retries, (d_10_dt__update__tmp_h3_).wait, (d_10_dt__update__tmp_h3_).start, (d_10_dt__update__tmp_h3_).tries)
                            return iife15_(_pat_let63_0)
                        return iife14_(len((pat_let_tv0_).cells))
                    return iife13_(_pat_let62_0)
                return Framework.default__.With(Framework.default__.Alloc(w, d_9_params_), o, iife12_(Framework.default__.At(w, o)))
            elif True:
                return w

    @staticmethod
    def SetParam(w, o, key, v):
        d_0_c_ = (Framework.default__.At(w, o)).cell
        if ((d_0_c_) < (len((w).cells))) and ((((w).cells)[d_0_c_]).is_VDict):
            d_1_dt__update__tmp_h0_ = w
            d_2_dt__update_hcells_h0_ = ((w).cells).set(d_0_c_, PyValues.Val_VDict(PyValues.default__.Put((((w).cells)[d_0_c_]).kv, key, v)))
            return Framework.World_World((d_1_dt__update__tmp_h0_).graph, (d_1_dt__update__tmp_h0_).objs, d_2_dt__update_hcells_h0_, (d_1_dt__update__tmp_h0_).raising, (d_1_dt__update__tmp_h0_).main, (d_1_dt__update__tmp_h0_).strict, (d_1_dt__update__tmp_h0_).notes)
        elif True:
            return w

    @staticmethod
    def Self(fs, t):
        if ((((t) < (len((fs).tasks))) and ((((fs).tasks)[t]).is_AtBody)) and (((((fs).tasks)[t]).st).is_Push)) and (not((((((fs).tasks)[t]).st).top).is_HandF)):
            return PyValues.Option_Some((((((fs).tasks)[t]).st).top).o)
        elif True:
            return PyValues.Option_None()

    @staticmethod
    def Tweak(fs, i):
        pat_let_tv0_ = fs
        pat_let_tv1_ = fs
        pat_let_tv2_ = fs
        source0_ = i
        if True:
            if source0_.is_FSetParam:
                d_0_t_ = source0_.t
                d_1_key_ = source0_.key
                d_2_v_ = source0_.v
                d_3_o_ = default__.Self(fs, d_0_t_)
                if (d_3_o_).is_Some:
                    d_4_dt__update__tmp_h0_ = fs
                    d_5_dt__update_hw_h0_ = default__.SetParam((fs).w, (d_3_o_).value, d_1_key_, d_2_v_)
                    return FState_FState(d_5_dt__update_hw_h0_, (d_4_dt__update__tmp_h0_).tasks)
                elif True:
                    return fs
        if True:
            if source0_.is_FAssign:
                d_6_t_ = source0_.t
                d_7_attr_ = source0_.attr
                d_8_o_ = default__.Self(fs, d_6_t_)
                if (d_8_o_).is_Some:
                    d_9_dt__update__tmp_h1_ = fs
                    d_10_dt__update_hw_h1_ = default__.Assign((fs).w, (d_8_o_).value, d_7_attr_)
                    return FState_FState(d_10_dt__update_hw_h1_, (d_9_dt__update__tmp_h1_).tasks)
                elif True:
                    return fs
        if True:
            if source0_.is_FAssignTo:
                d_11_n_ = source0_.n
                d_12_attr_ = source0_.attr
                if (d_11_n_) < (len(((fs).w).graph)):
                    d_13_dt__update__tmp_h2_ = fs
                    d_14_dt__update_hw_h2_ = default__.Assign((fs).w, d_11_n_, d_12_attr_)
                    return FState_FState(d_14_dt__update_hw_h2_, (d_13_dt__update__tmp_h2_).tasks)
                elif True:
                    return fs
        if True:
            if source0_.is_FRewire:
                d_15_n_ = source0_.n
                d_16_key_ = source0_.key
                d_17_target_ = source0_.target
                if (d_15_n_) < (len(((fs).w).graph)):
                    d_18_dt__update__tmp_h3_ = fs
                    def iife0_(_pat_let64_0):
                        def iife1_(d_20_dt__update__tmp_h4_):
                            def iife3_(_pat_let66_0):
                                def iife4_(d_21_dt__update__tmp_h5_):
                                    def iife5_(_pat_let67_0):
                                        def iife6_(d_22_dt__update_hsucc_h0_):
                                            return FlowGraph.NodeDef_NodeDef((d_21_dt__update__tmp_h5_).kind, (d_21_dt__update__tmp_h5_).hooks, d_22_dt__update_hsucc_h0_, (d_21_dt__update__tmp_h5_).truthy, (d_21_dt__update__tmp_h5_).exits)
                                        return iife6_(_pat_let67_0)
                                    return iife5_(PyValues.default__.Put(((((pat_let_tv2_).w).graph)[d_15_n_]).succ, d_16_key_, d_17_target_))
                                return iife4_(_pat_let66_0)
                            def iife2_(_pat_let65_0):
                                def iife7_(d_23_dt__update_hgraph_h0_):
                                    return Framework.World_World(d_23_dt__update_hgraph_h0_, (d_20_dt__update__tmp_h4_).objs, (d_20_dt__update__tmp_h4_).cells, (d_20_dt__update__tmp_h4_).raising, (d_20_dt__update__tmp_h4_).main, (d_20_dt__update__tmp_h4_).strict, (d_20_dt__update__tmp_h4_).notes)
                                return iife7_(_pat_let65_0)
                            return iife2_((((pat_let_tv0_).w).graph).set(d_15_n_, iife3_((((pat_let_tv1_).w).graph)[d_15_n_])))
                        return iife1_(_pat_let64_0)
                    d_19_dt__update_hw_h3_ = iife0_((fs).w)
                    return FState_FState(d_19_dt__update_hw_h3_, (d_18_dt__update__tmp_h3_).tasks)
                elif True:
                    return fs
        if True:
            if source0_.is_FCancel:
                d_24_t_ = source0_.t
                d_25_hard_ = source0_.hard
                if ((d_24_t_) < (len((fs).tasks))) and ((((fs).tasks)[d_24_t_]).is_Waiting):
                    d_26_k_ = ((fs).tasks)[d_24_t_]
                    d_27_dt__update__tmp_h6_ = fs
                    def iife8_(_pat_let68_0):
                        def iife9_(d_29_dt__update__tmp_h7_):
                            def iife10_(_pat_let69_0):
                                def iife11_(d_30_dt__update_hres_h0_):
                                    return Task_Waiting((d_29_dt__update__tmp_h7_).parent, (d_29_dt__update__tmp_h7_).st, (d_29_dt__update__tmp_h7_).kids, (d_29_dt__update__tmp_h7_).cancel, d_30_dt__update_hres_h0_)
                                return iife11_(_pat_let69_0)
                            return iife10_(PyValues.Option_Some(Framework.Outcome_Exc(Framework.Exn_Cancelled())))
                        return iife9_(_pat_let68_0)
                    def iife12_(_pat_let70_0):
                        def iife13_(d_31_dt__update__tmp_h8_):
                            def iife14_(_pat_let71_0):
                                def iife15_(d_32_dt__update_hcancel_h0_):
                                    return Task_Waiting((d_31_dt__update__tmp_h8_).parent, (d_31_dt__update__tmp_h8_).st, (d_31_dt__update__tmp_h8_).kids, d_32_dt__update_hcancel_h0_, (d_31_dt__update__tmp_h8_).res)
                                return iife15_(_pat_let71_0)
                            return iife14_(True)
                        return iife13_(_pat_let70_0)
                    d_28_dt__update_htasks_h0_ = ((fs).tasks).set(d_24_t_, (iife8_(d_26_k_) if d_25_hard_ else iife12_(d_26_k_)))
                    return FState_FState((d_27_dt__update__tmp_h6_).w, d_28_dt__update_htasks_h0_)
                elif True:
                    return fs
        if True:
            return fs

    @staticmethod
    def Results(fs, kids):
        if (len(kids)) == (0):
            return PyValues.Option_Some(_dafny.SeqWithoutIsStrInference([]))
        elif ((((kids)[0]) < (len((fs).tasks))) and ((((fs).tasks)[(kids)[0]]).is_Done)) and (((((fs).tasks)[(kids)[0]]).o).is_Ret):
            d_0_r_ = default__.Results(fs, _dafny.SeqWithoutIsStrInference((kids)[1::]))
            if (d_0_r_).is_Some:
                return PyValues.Option_Some((_dafny.SeqWithoutIsStrInference([((((fs).tasks)[(kids)[0]]).o).v])) + ((d_0_r_).value))
            elif True:
                return PyValues.Option_None()
        elif True:
            return PyValues.Option_None()

    @staticmethod
    def Notify(fs, t, o):
        pat_let_tv0_ = o
        d_0_p_ = (((fs).tasks)[t]).parent
        if ((d_0_p_).is_None) or (((d_0_p_).value) >= (len((fs).tasks))):
            return fs
        elif True:
            d_1_k_ = ((fs).tasks)[(d_0_p_).value]
            if ((not((d_1_k_).is_Waiting)) or (((d_1_k_).res).is_Some)) or ((t) not in ((d_1_k_).kids)):
                return fs
            elif (o).is_Exc:
                d_2_dt__update__tmp_h0_ = fs
                def iife0_(_pat_let72_0):
                    def iife1_(d_4_dt__update__tmp_h1_):
                        def iife2_(_pat_let73_0):
                            def iife3_(d_5_dt__update_hres_h0_):
                                return Task_Waiting((d_4_dt__update__tmp_h1_).parent, (d_4_dt__update__tmp_h1_).st, (d_4_dt__update__tmp_h1_).kids, (d_4_dt__update__tmp_h1_).cancel, d_5_dt__update_hres_h0_)
                            return iife3_(_pat_let73_0)
                        return iife2_(PyValues.Option_Some(pat_let_tv0_))
                    return iife1_(_pat_let72_0)
                d_3_dt__update_htasks_h0_ = ((fs).tasks).set((d_0_p_).value, iife0_(d_1_k_))
                return FState_FState((d_2_dt__update__tmp_h0_).w, d_3_dt__update_htasks_h0_)
            elif True:
                d_6_vs_ = default__.Results(fs, (d_1_k_).kids)
                if (d_6_vs_).is_None:
                    return fs
                elif True:
                    d_7_dt__update__tmp_h2_ = fs
                    def iife4_(_pat_let74_0):
                        def iife5_(d_9_dt__update__tmp_h3_):
                            def iife6_(_pat_let75_0):
                                def iife7_(d_10_dt__update_hres_h1_):
                                    return Task_Waiting((d_9_dt__update__tmp_h3_).parent, (d_9_dt__update__tmp_h3_).st, (d_9_dt__update__tmp_h3_).kids, (d_9_dt__update__tmp_h3_).cancel, d_10_dt__update_hres_h1_)
                                return iife7_(_pat_let75_0)
                            return iife6_(PyValues.Option_Some((Framework.Outcome_Exc(Framework.Exn_Cancelled()) if (d_1_k_).cancel else Framework.Outcome_Ret(PyValues.Val_VList((d_6_vs_).value)))))
                        return iife5_(_pat_let74_0)
                    d_8_dt__update_htasks_h1_ = ((fs).tasks).set((d_0_p_).value, iife4_(d_1_k_))
                    return FState_FState((d_7_dt__update__tmp_h2_).w, d_8_dt__update_htasks_h1_)

    @staticmethod
    def Apply(fs, t, r):
        d_0_p_ = (((fs).tasks)[t]).parent
        def iife0_(_pat_let76_0):
            def iife1_(d_2_dt__update__tmp_h0_):
                def iife2_(_pat_let77_0):
                    def iife3_(d_3_dt__update_hnotes_h0_):
                        return Framework.World_World((d_2_dt__update__tmp_h0_).graph, (d_2_dt__update__tmp_h0_).objs, (d_2_dt__update__tmp_h0_).cells, (d_2_dt__update__tmp_h0_).raising, (d_2_dt__update__tmp_h0_).main, (d_2_dt__update__tmp_h0_).strict, d_3_dt__update_hnotes_h0_)
                    return iife3_(_pat_let77_0)
                return iife2_(_dafny.SeqWithoutIsStrInference([]))
            return iife1_(_pat_let76_0)
        d_1_w_ = iife0_((r).w)
        source0_ = (r).next_
        if True:
            if source0_.is_Call:
                d_4_st_ = source0_.st
                return FState_FState(d_1_w_, ((fs).tasks).set(t, Task_AtBody(d_0_p_, d_4_st_)))
        if True:
            if source0_.is_Back:
                d_5_st_ = source0_.st
                return FState_FState(d_1_w_, ((fs).tasks).set(t, Task_AtBody(d_0_p_, d_5_st_)))
        if True:
            if source0_.is_Wait:
                d_6_st_ = source0_.st
                d_7_first_ = source0_.first
                d_8_more_ = source0_.more
                d_9_work_ = (_dafny.SeqWithoutIsStrInference([d_7_first_])) + (d_8_more_)
                d_10_kids_ = _dafny.SeqWithoutIsStrInference([(len((fs).tasks)) + (d_11_i_) for d_11_i_ in range(len(d_9_work_))])
                return FState_FState(d_1_w_, (((fs).tasks).set(t, Task_Waiting(d_0_p_, d_6_st_, d_10_kids_, False, PyValues.Option_None()))) + (_dafny.SeqWithoutIsStrInference([Task_Fresh(PyValues.Option_Some(t), (d_9_work_)[d_12_i_]) for d_12_i_ in range(len(d_9_work_))])))
        if True:
            if source0_.is_Sleep:
                d_13_st_ = source0_.st
                return FState_FState(d_1_w_, ((fs).tasks).set(t, Task_Waiting(d_0_p_, d_13_st_, _dafny.SeqWithoutIsStrInference([]), False, PyValues.Option_Some(Framework.Outcome_Ret(PyValues.Val_VNone())))))
        if True:
            d_14_o_ = source0_.o
            return default__.Notify(FState_FState(d_1_w_, ((fs).tasks).set(t, Task_Done(d_0_p_, d_14_o_))), t, d_14_o_)

    @staticmethod
    def Begun(gs, root, sync, raising, main, strict):
        def iife0_(_pat_let78_0):
            def iife1_(d_2_g_):
                return FlowGraph.NodeDef_NodeDef((d_2_g_).kind, (d_2_g_).hooks, (d_2_g_).succ, (d_2_g_).truthy, (d_2_g_).exits)
            return iife1_(_pat_let78_0)
        d_0_graph_ = _dafny.SeqWithoutIsStrInference([iife0_((gs)[d_1_i_]) for d_1_i_ in range(len(gs))])
        d_3_objs_ = _dafny.SeqWithoutIsStrInference([FlowGraph.Obj_Obj(d_4_i_, ((gs)[d_4_i_]).retries, ((gs)[d_4_i_]).wait, ((gs)[d_4_i_]).start, 0) for d_4_i_ in range(len(gs))])
        d_5_cells_ = _dafny.SeqWithoutIsStrInference([((gs)[d_6_i_]).params for d_6_i_ in range(len(gs))])
        return FState_FState(Framework.World_World(d_0_graph_, d_3_objs_, d_5_cells_, raising, main, strict, _dafny.SeqWithoutIsStrInference([])), _dafny.SeqWithoutIsStrInference([Task_Fresh(PyValues.Option_None(), Framework.Work_WRun(root, sync))]))


class Task:
    @classmethod
    def default(cls, ):
        return lambda: Task_Fresh(PyValues.Option.default()(), Framework.Work.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Fresh(self) -> bool:
        return isinstance(self, Task_Fresh)
    @property
    def is_AtBody(self) -> bool:
        return isinstance(self, Task_AtBody)
    @property
    def is_Waiting(self) -> bool:
        return isinstance(self, Task_Waiting)
    @property
    def is_Done(self) -> bool:
        return isinstance(self, Task_Done)

class Task_Fresh(Task, NamedTuple('Fresh', [('parent', Any), ('work', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Task.Fresh({_dafny.string_of(self.parent)}, {_dafny.string_of(self.work)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Task_Fresh) and self.parent == __o.parent and self.work == __o.work
    def __hash__(self) -> int:
        return super().__hash__()

class Task_AtBody(Task, NamedTuple('AtBody', [('parent', Any), ('st', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Task.AtBody({_dafny.string_of(self.parent)}, {_dafny.string_of(self.st)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Task_AtBody) and self.parent == __o.parent and self.st == __o.st
    def __hash__(self) -> int:
        return super().__hash__()

class Task_Waiting(Task, NamedTuple('Waiting', [('parent', Any), ('st', Any), ('kids', Any), ('cancel', Any), ('res', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Task.Waiting({_dafny.string_of(self.parent)}, {_dafny.string_of(self.st)}, {_dafny.string_of(self.kids)}, {_dafny.string_of(self.cancel)}, {_dafny.string_of(self.res)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Task_Waiting) and self.parent == __o.parent and self.st == __o.st and self.kids == __o.kids and self.cancel == __o.cancel and self.res == __o.res
    def __hash__(self) -> int:
        return super().__hash__()

class Task_Done(Task, NamedTuple('Done', [('parent', Any), ('o', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Task.Done({_dafny.string_of(self.parent)}, {_dafny.string_of(self.o)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Task_Done) and self.parent == __o.parent and self.o == __o.o
    def __hash__(self) -> int:
        return super().__hash__()


class FState:
    @classmethod
    def default(cls, ):
        return lambda: FState_FState(Framework.World.default()(), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_FState(self) -> bool:
        return isinstance(self, FState_FState)

class FState_FState(FState, NamedTuple('FState', [('w', Any), ('tasks', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.FState.FState({_dafny.string_of(self.w)}, {_dafny.string_of(self.tasks)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FState_FState) and self.w == __o.w and self.tasks == __o.tasks
    def __hash__(self) -> int:
        return super().__hash__()


class Attr:
    @classmethod
    def default(cls, ):
        return lambda: Attr_Retries(int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Retries(self) -> bool:
        return isinstance(self, Attr_Retries)
    @property
    def is_Pause(self) -> bool:
        return isinstance(self, Attr_Pause)
    @property
    def is_Begins(self) -> bool:
        return isinstance(self, Attr_Begins)
    @property
    def is_Has(self) -> bool:
        return isinstance(self, Attr_Has)

class Attr_Retries(Attr, NamedTuple('Retries', [('n', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Attr.Retries({_dafny.string_of(self.n)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Attr_Retries) and self.n == __o.n
    def __hash__(self) -> int:
        return super().__hash__()

class Attr_Pause(Attr, NamedTuple('Pause', [('n', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Attr.Pause({_dafny.string_of(self.n)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Attr_Pause) and self.n == __o.n
    def __hash__(self) -> int:
        return super().__hash__()

class Attr_Begins(Attr, NamedTuple('Begins', [('start', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Attr.Begins({_dafny.string_of(self.start)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Attr_Begins) and self.start == __o.start
    def __hash__(self) -> int:
        return super().__hash__()

class Attr_Has(Attr, NamedTuple('Has', [('params', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Attr.Has({_dafny.string_of(self.params)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Attr_Has) and self.params == __o.params
    def __hash__(self) -> int:
        return super().__hash__()


class Act:
    @classmethod
    def default(cls, ):
        return lambda: Act_FRet(int(0), PyValues.Val.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_FRet(self) -> bool:
        return isinstance(self, Act_FRet)
    @property
    def is_FRaise(self) -> bool:
        return isinstance(self, Act_FRaise)
    @property
    def is_FStart(self) -> bool:
        return isinstance(self, Act_FStart)
    @property
    def is_FWake(self) -> bool:
        return isinstance(self, Act_FWake)
    @property
    def is_FCancel(self) -> bool:
        return isinstance(self, Act_FCancel)
    @property
    def is_FRun(self) -> bool:
        return isinstance(self, Act_FRun)
    @property
    def is_FSetParam(self) -> bool:
        return isinstance(self, Act_FSetParam)
    @property
    def is_FAssign(self) -> bool:
        return isinstance(self, Act_FAssign)
    @property
    def is_FAssignTo(self) -> bool:
        return isinstance(self, Act_FAssignTo)
    @property
    def is_FRewire(self) -> bool:
        return isinstance(self, Act_FRewire)

class Act_FRet(Act, NamedTuple('FRet', [('t', Any), ('v', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FRet({_dafny.string_of(self.t)}, {_dafny.string_of(self.v)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FRet) and self.t == __o.t and self.v == __o.v
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FRaise(Act, NamedTuple('FRaise', [('t', Any), ('e', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FRaise({_dafny.string_of(self.t)}, {_dafny.string_of(self.e)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FRaise) and self.t == __o.t and self.e == __o.e
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FStart(Act, NamedTuple('FStart', [('t', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FStart({_dafny.string_of(self.t)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FStart) and self.t == __o.t
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FWake(Act, NamedTuple('FWake', [('t', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FWake({_dafny.string_of(self.t)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FWake) and self.t == __o.t
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FCancel(Act, NamedTuple('FCancel', [('t', Any), ('hard', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FCancel({_dafny.string_of(self.t)}, {_dafny.string_of(self.hard)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FCancel) and self.t == __o.t and self.hard == __o.hard
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FRun(Act, NamedTuple('FRun', [('t', Any), ('n', Any), ('sync', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FRun({_dafny.string_of(self.t)}, {_dafny.string_of(self.n)}, {_dafny.string_of(self.sync)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FRun) and self.t == __o.t and self.n == __o.n and self.sync == __o.sync
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FSetParam(Act, NamedTuple('FSetParam', [('t', Any), ('key', Any), ('v', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FSetParam({_dafny.string_of(self.t)}, {_dafny.string_of(self.key)}, {_dafny.string_of(self.v)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FSetParam) and self.t == __o.t and self.key == __o.key and self.v == __o.v
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FAssign(Act, NamedTuple('FAssign', [('t', Any), ('attr', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FAssign({_dafny.string_of(self.t)}, {_dafny.string_of(self.attr)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FAssign) and self.t == __o.t and self.attr == __o.attr
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FAssignTo(Act, NamedTuple('FAssignTo', [('n', Any), ('attr', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FAssignTo({_dafny.string_of(self.n)}, {_dafny.string_of(self.attr)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FAssignTo) and self.n == __o.n and self.attr == __o.attr
    def __hash__(self) -> int:
        return super().__hash__()

class Act_FRewire(Act, NamedTuple('FRewire', [('n', Any), ('key', Any), ('target', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Act.FRewire({_dafny.string_of(self.n)}, {_dafny.string_of(self.key)}, {_dafny.string_of(self.target)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Act_FRewire) and self.n == __o.n and self.key == __o.key and self.target == __o.target
    def __hash__(self) -> int:
        return super().__hash__()


class Given:
    @classmethod
    def default(cls, ):
        return lambda: Given_Given(FlowGraph.Kind.default()(), FlowGraph.Hooks.default()(), _dafny.Seq({}), False, _dafny.Seq({}), int(0), int(0), PyValues.Option.default()(), PyValues.Val.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Given(self) -> bool:
        return isinstance(self, Given_Given)

class Given_Given(Given, NamedTuple('Given', [('kind', Any), ('hooks', Any), ('succ', Any), ('truthy', Any), ('exits', Any), ('retries', Any), ('wait', Any), ('start', Any), ('params', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowTasks.Given.Given({_dafny.string_of(self.kind)}, {_dafny.string_of(self.hooks)}, {_dafny.string_of(self.succ)}, {_dafny.string_of(self.truthy)}, {_dafny.string_of(self.exits)}, {_dafny.string_of(self.retries)}, {_dafny.string_of(self.wait)}, {_dafny.string_of(self.start)}, {_dafny.string_of(self.params)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Given_Given) and self.kind == __o.kind and self.hooks == __o.hooks and self.succ == __o.succ and self.truthy == __o.truthy and self.exits == __o.exits and self.retries == __o.retries and self.wait == __o.wait and self.start == __o.start and self.params == __o.params
    def __hash__(self) -> int:
        return super().__hash__()

